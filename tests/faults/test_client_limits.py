"""What is too much, has no end or leads elsewhere is cut off with one sentence."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.errors import InvalidInput, ProviderError, Unintelligible
from linktui.model.file import File
from linktui.providers import pages
from linktui.providers.base import ChangePage, Page
from linktui.providers.pages import all_pages
from linktui.providers.sending import LARGEST_ANSWER
from linktui.services.download import safe_name, save_bytes
from linktui.services.house import House
from linktui.storage.accounts import Accounts
from tests.fakes import NOON, FakeProvider
from tests.providers.peer import Visit, playing
from tests.providers.service import serving
from tests.services.conftest import clock, house, provider

__all__ = ["clock", "house", "provider"]  # fixtures


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "packed"])
async def test_fault_40_an_answer_without_end_is_cut_off_before_it_fills_the_memory(packed: bool) -> None:
    piece = gzip.compress(b" " * 50_000_000) if packed else b" " * 65_536
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n"
    head += b"Content-Encoding: gzip\r\n\r\n" if packed else b"\r\n"

    async def endless(visit: Visit) -> None:
        await visit.request()
        await visit.say(head)
        while True:
            await visit.say(piece)

    async with playing(endless) as peer, peer.client() as client:
        tracemalloc.start()
        with pytest.raises(Unintelligible, match="too large"):
            await client.call("GET", "/x")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 6 * LARGEST_ANSWER


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 100_000, "null", '"\\ud800"'])
async def test_fault_40_a_nest_and_a_number_beyond_reason_are_no_answer(text: str) -> None:
    service = serving(httpx.Response(200, content=text.encode()))
    answer = await service.client().call("GET", "/x")
    try:
        answer.json()
    except ProviderError as error:
        assert isinstance(error, Unintelligible)  # noqa: PT017 - some of them are JSON after all


@pytest.mark.parametrize("endless", [True, False], ids=["ever another", "the same again"])
async def test_fault_40_a_list_that_never_ends_is_noticed(
    house: House, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch, endless: bool
) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 50)
    numbers = count()

    def cursor() -> str:
        return str(next(numbers)) if endless else "again"

    async def page(given: str | None) -> Page[int]:
        return Page((1,), cursor())

    async def changes(*, cursor: str) -> ChangePage:
        return ChangePage((), (), str(next(numbers)) if endless else "again", True)

    with pytest.raises(Unintelligible):
        _ = [one async for one in all_pages(page)]
    monkeypatch.setattr(provider, "list_changes", changes)
    await house.services.sync.look("local")
    assert "not from the service" in Accounts(house.database).get("local").error


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "javascript:alert(1)", "http://[", "//", "data:,x", "http://\x00/"]
)
async def test_fault_40_a_redirect_to_what_is_no_address_of_the_web_is_refused(location: str) -> None:
    service = serving(httpx.Response(302, headers={"Location": location}))
    with pytest.raises(ProviderError):
        _ = [piece async for piece in service.client().stream("/files/1/content")]
    with pytest.raises(ProviderError):
        await service.client().call("GET", location)
    assert {request.url.scheme for request in service.asked} <= {"http", "https"}


@given(name=st.text(min_size=1, max_size=300) | st.sampled_from(["../../.bashrc", "..", "/etc/x", ".\x00"]))
def test_fault_40_a_download_s_name_is_one_of_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not {"/", "\0"} & set(safe)
    assert not safe.startswith(".")


async def test_fault_40_a_download_is_put_into_its_folder_and_over_nothing(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"new"

    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / ".bashrc").write_text("mine")
    file = File(account="a", id="1", name="../.bashrc", size=3, created_at=NOON)
    save = partial(save_bytes, file=file, target=folder, replacing=False, arrived=lambda size: None)
    saved = await save(pieces())
    with pytest.raises(InvalidInput, match="there already"):
        await save(pieces())
    assert saved.parent == folder
    assert (tmp_path / ".bashrc").read_text() == "mine"
    assert [path.name for path in folder.iterdir()] == [saved.name]
