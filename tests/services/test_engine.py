"""The queue ends with one file and one link, whatever happens on the way."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from linktui.model.errors import (
    Conflict,
    DatabaseCorrupt,
    LinktuiError,
    RateLimited,
    SecretMissing,
    SourceUnreadable,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.link import LinkSpec
from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.services.upload import told_of
from linktui.storage.transfers import Transfers, Value
from tests.fakes import Clock, FakeProvider, Session

SHARE = LinkSpec()


async def queue(house: House, *paths: Path, **how: object) -> list[Transfer]:
    values: dict[str, object] = {"account": "local", "paths": paths, "share": SHARE}
    order = Order(**(values | how))  # type: ignore[arg-type]
    return list(await house.services.transfers.enqueue(order))


def now_of(house: House, transfer: Transfer) -> Transfer:
    latest = house.services.transfers.get(transfer.id)
    assert latest is not None
    return latest


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(os.urandom(3_000_000))
    return path


async def test_an_upload_ends_as_one_file_and_one_link(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    [transfer] = await queue(house, source)
    await engine.drain()
    done = now_of(house, transfer)
    assert done.state is TransferState.DONE
    assert list(provider.data.values()) == [source.read_bytes()]
    assert [link.id for link in provider.links.values()] == [done.link_id]
    assert done.url == provider.links[done.link_id].url
    kept = house.services.links.get("local", done.link_id)
    assert kept == provider.links[done.link_id]


async def test_an_empty_file_is_uploaded_and_linked(
    house: House, engine: Engine, provider: FakeProvider, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    [transfer] = await queue(house, empty)
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.DONE
    assert len(provider.links) == 1


@pytest.mark.parametrize("call", ["begin_upload", "upload_status", "send_piece", "get_file", "create_link"])
@pytest.mark.parametrize(
    "error", [Unavailable(), RateLimited(retry_after=400), Unintelligible("a login page")]
)
async def test_a_passing_fault_waits_and_then_goes_on(
    house: House,
    engine: Engine,
    provider: FakeProvider,
    clock: Clock,
    source: Path,
    call: str,
    error: LinktuiError,
) -> None:
    provider.failures[call] = [error]
    [transfer] = await queue(house, source)
    await engine.drain()
    waiting = now_of(house, transfer)
    assert waiting.state is TransferState.WAITING
    assert waiting.error
    assert waiting.next_at is not None
    assert waiting.next_at > clock()
    clock.move(seconds=500)
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.DONE
    assert (len(provider.files), len(provider.links)) == (1, 1)


async def test_a_taken_address_fails_the_link_and_a_retry_does_not_upload_again(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    provider.failures["create_link"] = [Conflict("the address is taken", code="slug_taken")]
    [transfer] = await queue(house, source)
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.FAILED
    await house.services.transfers.retry([transfer.id])
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.DONE
    assert provider.calls.count("begin_upload") == 1


async def test_a_forgotten_upload_begins_anew_at_most_three_times(
    house: House, engine: Engine, provider: FakeProvider, clock: Clock, source: Path
) -> None:
    provider.on_piece = lambda session: provider.sessions.clear()
    [transfer] = await queue(house, source)
    for _ in range(6):
        await engine.drain()
        clock.move(minutes=10)
    failed = now_of(house, transfer)
    assert failed.state is TransferState.FAILED
    assert "forgot" in failed.error
    assert failed.error.endswith("retry begins once more.")
    assert failed.finished_at is not None
    assert provider.calls.count("begin_upload") == 3


async def test_what_is_spoiled_again_and_again_is_given_up_and_can_be_retried(
    house: House, engine: Engine, provider: FakeProvider, clock: Clock, source: Path
) -> None:
    provider.on_piece = lambda session: session.data.__setitem__(0, session.data[0] ^ 1)
    [transfer] = await queue(house, source)
    for _ in range(6):
        await engine.drain()
        clock.move(minutes=10)
    failed = now_of(house, transfer)
    assert (failed.state, failed.error_kind) == (TransferState.FAILED, "DigestMismatch")
    assert failed.error.endswith("then retry.")
    assert (provider.links, provider.calls.count("begin_upload")) == ({}, 3)
    provider.on_piece = lambda session: None
    await house.services.transfers.retry([transfer.id])
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.DONE
    [file] = provider.files.values()
    assert file.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()


async def test_a_paused_upload_stays_until_it_is_resumed(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    [transfer] = await queue(house, source)
    assert await house.services.transfers.pause([transfer.id]) == 1
    await engine.drain()
    assert not provider.calls
    assert await house.services.transfers.resume([transfer.id]) == 1
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.DONE


async def test_what_found_no_secret_is_tried_again_and_what_was_refused_is_not(
    house: House, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).touch()
    missing, refused = await queue(house, tmp_path / "a", tmp_path / "b")
    for one, error in ((missing, SecretMissing("env:KEY", "it is not set")), (refused, Unauthorized())):
        told: dict[str, Value] = {**told_of(error)}
        await Transfers(house.database).set_each({one.id: {"state": TransferState.AUTH_NEEDED, **told}})
    assert await house.services.transfers.retry_without_secret() == 1
    states = [now_of(house, one).state for one in (missing, refused)]
    assert states == [TransferState.QUEUED, TransferState.AUTH_NEEDED]


async def test_a_cancelled_upload_leaves_nothing_at_the_service(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    provider.failures["send_piece"] = [Unavailable()]
    [transfer] = await queue(house, source)
    await engine.drain()
    assert provider.sessions
    assert await house.services.transfers.cancel([transfer.id]) == 1
    await engine.drain()
    assert now_of(house, transfer).state is TransferState.CANCELLED
    assert not provider.sessions
    assert not provider.links


async def test_a_batch_shares_one_link_in_the_order_given(
    house: House, engine: Engine, provider: FakeProvider, tmp_path: Path
) -> None:
    paths = []
    for name in ("c", "a", "b"):
        paths.append(tmp_path / name)
        paths[-1].write_text(name)
    transfers = await queue(house, *paths, one_link=True)
    await engine.drain()
    [link] = provider.links.values()
    assert [file.name for file in link.files] == ["c", "a", "b"]
    assert {now_of(house, one).link_id for one in transfers} == {link.id}
    assert {now_of(house, one).state for one in transfers} == {TransferState.DONE}


async def test_a_shared_link_waits_for_every_file_of_its_batch(
    house: House, engine: Engine, provider: FakeProvider, clock: Clock, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("one", "two")]
    for path in paths:
        path.write_text(path.name)
    first, second = await queue(house, *paths, one_link=True)
    paths[1].unlink()
    await engine.drain()
    assert now_of(house, first).state is TransferState.LINKING
    assert now_of(house, second).state is TransferState.FAILED
    assert not provider.links
    paths[1].write_text("two again")
    await house.services.transfers.retry([second.id])
    await engine.drain()
    [link] = provider.links.values()
    assert [file.name for file in link.files] == ["one", "two"]


async def test_cancelling_the_missing_file_lets_the_shared_link_be_made(
    house: House, engine: Engine, provider: FakeProvider, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("one", "two")]
    for path in paths:
        path.write_text(path.name)
    first, second = await queue(house, *paths, one_link=True)
    paths[0].unlink()
    await engine.drain()
    await house.services.transfers.cancel([first.id])
    await engine.drain()
    [link] = provider.links.values()
    assert [file.name for file in link.files] == ["two"]
    assert now_of(house, second).state is TransferState.DONE


async def test_a_shared_link_that_is_refused_once_still_holds_every_file(
    house: House, engine: Engine, provider: FakeProvider, clock: Clock, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("one", "two")]
    for path in paths:
        path.write_text(path.name)
    provider.failures["create_link"] = [Unavailable()]
    transfers = await queue(house, *paths, one_link=True)
    await engine.drain()
    clock.move(minutes=10)
    await engine.drain()
    [link] = provider.links.values()
    assert [file.name for file in link.files] == ["one", "two"]
    assert {now_of(house, one).state for one in transfers} == {TransferState.DONE}


async def test_a_stored_file_of_the_same_name_asks_first(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    await queue(house, source)
    await engine.drain()
    [again] = await queue(house, source)
    await engine.drain()
    assert now_of(house, again).state is TransferState.CONFLICT
    assert await house.services.transfers.decide([again.id], OnConflict.REUSE) == 1
    await engine.drain()
    done = now_of(house, again)
    assert done.state is TransferState.DONE
    assert len(provider.data) == 1
    assert len(provider.links) == 2


async def test_a_skipped_file_is_not_sent(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    await queue(house, source)
    await engine.drain()
    [again] = await queue(house, source, on_conflict=OnConflict.SKIP)
    await engine.drain()
    assert now_of(house, again).state is TransferState.CANCELLED
    assert len(provider.data) == 1


async def test_the_upload_goes_on_from_what_the_service_has(
    house: House, engine: Engine, provider: FakeProvider, clock: Clock, source: Path
) -> None:
    provider.failures["send_piece"] = [Unavailable()]
    [transfer] = await queue(house, source)
    await engine.drain()
    session = provider.sessions[now_of(house, transfer).session]
    session.data += source.read_bytes()[:1_234_567]
    clock.move(minutes=10)
    await engine.drain()
    done = now_of(house, transfer)
    assert done.state is TransferState.DONE
    assert provider.data[done.file_id] == source.read_bytes()


async def test_a_fault_of_our_own_fails_one_upload_and_not_the_others(
    house: House, engine: Engine, provider: FakeProvider, source: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_text("other")

    def explode(session: Session) -> None:
        if session.name == "report.pdf":
            raise RuntimeError("a bug")

    provider.on_piece = explode
    first, second = await queue(house, source, other)
    await engine.drain()
    assert now_of(house, first).state is TransferState.FAILED
    assert "linktui daemon logs" in now_of(house, first).error
    assert now_of(house, second).state is TransferState.DONE


async def test_nothing_is_queued_when_one_of_the_files_cannot_be_read(
    house: House, source: Path, tmp_path: Path
) -> None:
    with pytest.raises(SourceUnreadable, match="no such file"):
        await queue(house, source, tmp_path / "missing")
    assert not house.services.transfers.snapshot()


async def test_a_folder_is_each_of_its_files_or_one_zip(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.log").write_text("a")
    (folder / "deep" / "b.log").write_text("b")
    (folder / "deep" / "link.log").symlink_to(folder / "a.log")
    assert [one.name for one in await queue(house, folder)] == ["a.log", "b.log"]
    [archive] = await queue(house, folder, zip_folders=True)
    assert archive.name == "logs.zip"
    assert archive.source.spooled


async def test_it_ends_when_it_is_told_to_just_as_an_upload_ends(engine: Engine) -> None:
    running = asyncio.create_task(engine.run())
    while not engine._ended._waiters:  # noqa: ASYNC110 - it rests then
        await asyncio.sleep(0)
    engine._ended.set()
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=60)
    assert done
    assert running.cancelled()


async def test_a_damaged_database_ends_it_and_leaves_the_upload_as_it_is(
    house: House, engine: Engine, provider: FakeProvider, source: Path
) -> None:
    provider.failures["begin_upload"] = [DatabaseCorrupt(house.database.path)]
    [transfer] = await queue(house, source)
    with pytest.raises(DatabaseCorrupt):
        await engine.drain()
    assert not now_of(house, transfer).state.settled
