"""Each filter that a provider claims is the service's own, and does what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from linktui.model.link import Link
from linktui.providers.base import KeepsFiles, Provider, Wanted
from tests.conformance.acts import PDF, all_links, shared, stored
from tests.conformance.conftest import Far

SPLIT = timedelta(hours=12)
_LINKS: dict[str, Callable[[list[Link], Far], tuple[Wanted, list[str]]]] = {
    "ids": lambda links, far: (Wanted(ids=(links[0].id,), file_id=links[0].files[0].id), [links[0].id]),
    "file_id": lambda links, far: (Wanted(file_id=links[1].files[0].id), [links[1].id]),
    "created_after": lambda links, far: (Wanted(created_after=links[1].created_at), [links[1].id]),
    "created_before": lambda links, far: (Wanted(created_before=links[0].created_at), [links[0].id]),
}


@pytest.mark.parametrize("name", sorted(_LINKS))
async def test_links_are_narrowed(far: Far, provider: Provider, name: str) -> None:
    if name not in provider.limits.link_filters:
        pytest.skip("it has no such filter")
    links = [await shared(far, provider)]
    far.clock.move(days=1)
    links.append(await shared(far, provider))
    wanted, ids = _LINKS[name](links, far)
    assert [link.id for link in await all_links(provider, wanted)] == ids


@pytest.mark.parametrize("expired", [True, False])
async def test_links_are_narrowed_by_whether_they_ended(far: Far, provider: Provider, expired: bool) -> None:
    if "expired" not in provider.limits.link_filters:
        pytest.skip("it has no such filter")
    short, long = await shared(far, provider, days=1), await shared(far, provider, days=4)
    far.clock.move(days=2)
    found = await all_links(provider, Wanted(expired=expired))
    assert [link.id for link in found] == [short.id if expired else long.id]


async def test_a_page_has_as_many_rows_as_were_wanted(far: Far, provider: Provider) -> None:
    for _ in range(3):
        await shared(far, provider)
    page = await provider.list_links(wanted=Wanted(limit=2))
    assert len(page.rows) == 2 or page.next_cursor is None


async def test_files_are_narrowed(far: Far, provider: Provider) -> None:
    assert isinstance(provider, KeepsFiles)
    first = await stored(provider, name="first.pdf")
    far.clock.move(days=1)
    second = await stored(provider, PDF + bytes(5000), "second.pdf")
    early = (await provider.get_file(first)).created_at
    trials = {
        "name": (Wanted(name="second.pdf"), second),
        "created_after": (Wanted(created_after=early + SPLIT), second),
        "created_before": (Wanted(created_before=early + SPLIT), first),
        "smallest": (Wanted(smallest=3000), second),
        "largest": (Wanted(largest=3000), first),
        "ids": (Wanted(ids=(first,)), first),
        "updated_after": (Wanted(updated_after=early + SPLIT), second),
    }
    for name, (wanted, file_id) in trials.items():
        if name in provider.limits.file_filters:
            page = await provider.list_files(wanted=wanted)
            assert [file.id for file in page.rows] == [file_id], name
