"""A service takes files in its own way: whole, in even pieces, one of a name at a time, link and all."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from linktui.model.errors import InvalidInput
from linktui.model.link import LinkSpec
from linktui.model.option import Option, OptionKind
from linktui.model.transfer import Transfer, TransferState
from linktui.providers.base import NO_OPTIONS, Provider, Told, UploadStatus
from linktui.providers.local.limits import LIMITS
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.transfers import Order
from tests.fakes import FakeProvider, Session

PURPOSE = Option(key="purpose", title="Purpose", kind=OptionKind.CHOICE, choices=("tax", "id"), required=True)


async def limit(house: House, provider: FakeProvider, **limits: object) -> None:
    """Have the service be one with these limits."""
    provider.limits = replace(LIMITS, **limits)  # type: ignore[arg-type]
    account = replace(house.services.accounts.get("local"), limits=provider.limits)
    await house.services.accounts.replace({"local": account}, default="local")


async def queue(house: House, *paths: Path, options: Mapping[str, str] = NO_OPTIONS) -> list[Transfer]:
    order = Order(account="local", paths=paths, share=LinkSpec(), options=options)
    return list(await house.services.transfers.enqueue(order))


def states(house: House) -> set[TransferState]:
    return {transfer.state for transfer in house.services.transfers.snapshot()}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(os.urandom(1_000_000))
    return path


@pytest.mark.parametrize(
    ("limits", "pieces"),
    [
        ({"chunk_size": None}, [1_000_000]),
        ({"chunk_size": 300_000, "even_chunks": True}, [300_000, 600_000, 900_000, 1_000_000]),
    ],
)
async def test_pieces_are_as_large_as_the_service_wants_them(
    house: House,
    engine: Engine,
    provider: FakeProvider,
    source: Path,
    limits: dict[str, object],
    pieces: list[int],
) -> None:
    await limit(house, provider, **limits)
    seen: list[int] = []
    provider.on_piece = lambda session: seen.append(len(session.data))
    await queue(house, source)
    await engine.drain()
    assert seen == pieces
    assert list(provider.data.values()) == [source.read_bytes()]


async def test_two_of_one_name_go_one_after_the_other(
    house: House, engine: Engine, provider: FakeProvider, source: Path, tmp_path: Path
) -> None:
    await limit(house, provider, one_upload_per_name=True, chunk_size=100_000, even_chunks=True)
    other = tmp_path / "elsewhere" / source.name
    other.parent.mkdir()
    other.write_bytes(os.urandom(500_000))
    unfinished: list[int] = []

    def count(session: Session) -> None:
        unfinished.append(sum(one.file_id is None for one in provider.sessions.values()))

    provider.on_piece = count
    await queue(house, source, other)
    await engine.drain()
    assert states(house) == {TransferState.DONE}
    assert max(unfinished) == 1
    assert sorted(map(len, provider.data.values())) == [500_000, 1_000_000]


async def test_what_the_service_wants_to_know_is_asked_before_anything_is_queued(
    house: House, engine: Engine, provider: FakeProvider, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await limit(house, provider, file_options=(PURPOSE,))
    for options, words in (({}, "purpose"), ({"purpose": "fun"}, "one of tax, id"), ({"x": "1"}, "“x”")):
        with pytest.raises(InvalidInput, match=words):
            await queue(house, source, options=options)
    assert house.services.transfers.snapshot() == ()
    told: list[Mapping[str, str]] = []
    begin = provider.begin_upload

    async def note(name: str, size: int, *, key: str, options: Mapping[str, str], share: object) -> str:
        told.append(options)
        return await begin(name, size, key=key)

    monkeypatch.setattr(provider, "begin_upload", note)
    await queue(house, source, options=MappingProxyType({"purpose": "tax"}))
    await engine.drain()
    assert told == [{"purpose": "tax"}]


async def test_an_upload_of_an_account_that_is_not_there_waits_for_it(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    account = house.services.accounts.get("local")
    await queue(house, source)
    await house.services.accounts.replace({}, default="local")
    await engine.drain()
    assert states(house) == {TransferState.QUEUED}
    await house.services.accounts.replace({"local": account}, default="local")
    await engine.drain()
    assert states(house) == {TransferState.DONE}


async def test_a_link_made_with_the_file_is_not_made_again(
    house: House, engine: Engine, provider: FakeProvider, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = provider.seed_link(id="l_with_file")
    send = provider.send_piece

    async def with_link(
        session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        status = await send(session, offset, length, read)
        return replace(status, link=Told(link, "{}") if status.file_id else None)

    monkeypatch.setattr(provider, "send_piece", with_link)
    [transfer] = await queue(house, source)
    await engine.drain()
    done = house.services.transfers.get(transfer.id)
    assert done is not None
    assert (done.state, done.link_id, done.url) == (TransferState.DONE, "l_with_file", link.url)
    assert "create_link" not in provider.calls


async def test_an_upload_of_an_account_that_is_gone_can_be_cancelled(
    house: House, engine: Engine, source: Path
) -> None:
    [transfer] = await queue(house, source)
    await house.services.accounts.replace({}, default="local")
    await house.services.transfers.cancel([transfer.id])
    await engine.drain()
    assert states(house) == {TransferState.CANCELLED}


async def test_an_account_that_cannot_be_opened_fails_its_uploads_with_the_reason(
    house: House, engine: Engine, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> Provider:
        raise InvalidInput("provider", "“broken” cannot be opened")

    monkeypatch.setattr(house.services.accounts, "provider", refuse)
    [transfer] = await queue(house, source)
    await engine.drain()
    failed = house.services.transfers.get(transfer.id)
    assert failed is not None
    assert failed.state is TransferState.FAILED
    assert "cannot be opened" in failed.error
