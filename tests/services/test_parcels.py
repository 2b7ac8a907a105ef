"""Small files go together, and each of them ends as one file and one link all the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linktui.model.errors import DigestMismatch, LinktuiError, Rejected, Unauthorized, Unavailable
from linktui.model.link import LinkSpec
from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.parcel import MOST_FILES
from linktui.storage.changes import Changes
from tests.fakes import Clock, FakeParcels
from tests.services.test_engine import now_of, queue


@pytest.fixture
def provider(clock: Clock) -> FakeParcels:
    return FakeParcels(clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return files(tmp_path / "many", 5)


def files(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_bytes(os.urandom(10 + number))
    return folder


def states(house: House, queued: list[Transfer]) -> set[TransferState]:
    return {now_of(house, one).state for one in queued}


def put_into(house: House, upload: Transfer, state: str) -> None:
    """Put an upload into a state as another process does."""
    house.database.write_now(
        lambda db: db.execute("UPDATE transfer SET state = ? WHERE id = ?", (state, upload.id))
    )


async def ended(house: House, engine: Engine, clock: Clock) -> None:
    await engine.drain()
    clock.move(hours=1)
    await engine.drain()


async def test_small_files_go_in_one_request_with_their_links(
    house: House, engine: Engine, provider: FakeParcels, folder: Path
) -> None:
    queued = await queue(house, folder)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert provider.calls.count("send_parcel") == 1
    assert not {"begin_upload", "send_piece", "get_file"} & set(provider.calls)
    for one in (now_of(house, one) for one in queued):
        assert provider.data[one.file_id] == one.source.path.read_bytes()
        assert house.services.links.get("local", one.link_id) == provider.links[one.link_id]
        assert one.url == provider.links[one.link_id].url
        [entry] = Changes(house.database).of("local", one.link_id)
        assert (entry.verb, entry.state.value) == ("create", "done")


async def test_an_empty_file_by_itself_is_sent_too(
    house: House, engine: Engine, provider: FakeParcels, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    [upload] = await queue(house, empty)
    await engine.drain()
    assert now_of(house, upload).state is TransferState.DONE


async def test_a_parcel_holds_no_more_than_is_kept_in_memory(
    house: House, engine: Engine, provider: FakeParcels, tmp_path: Path
) -> None:
    queued = await queue(house, files(tmp_path / "lots", MOST_FILES + 1), share=None)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert provider.calls.count("send_parcel") == 2


async def test_a_large_file_among_small_ones_goes_by_itself(
    house: House, engine: Engine, provider: FakeParcels, folder: Path
) -> None:
    (folder / "large").write_bytes(bytes(300_000))
    queued = await queue(house, folder)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert (provider.calls.count("send_parcel"), provider.calls.count("begin_upload")) == (1, 1)


async def test_files_that_share_one_link_go_together_and_get_it(
    house: House, engine: Engine, provider: FakeParcels, folder: Path
) -> None:
    queued = await queue(house, folder, one_link=True)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    [link] = provider.links.values()
    assert len(link.files) == 5


async def test_a_choice_about_files_of_the_same_name_is_still_asked_of_each(
    house: House, engine: Engine, provider: FakeParcels, folder: Path
) -> None:
    await queue(house, folder)
    await engine.drain()
    again = await queue(house, folder, on_conflict=OnConflict.REUSE)
    await engine.drain()
    assert states(house, again) == {TransferState.DONE}
    assert len(provider.files) == 5


async def test_one_file_that_changed_or_is_gone_holds_up_no_other(
    house: House, engine: Engine, provider: FakeParcels, folder: Path
) -> None:
    queued = await queue(house, folder)
    (folder / "001.txt").write_bytes(b"other")
    (folder / "003.txt").unlink()
    await engine.drain()
    assert [now_of(house, one).state for one in queued] == [
        TransferState.DONE,
        TransferState.SOURCE_CHANGED,
        TransferState.DONE,
        TransferState.FAILED,
        TransferState.DONE,
    ]
    assert len(provider.files) == 3


async def test_a_lost_answer_makes_nothing_twice(
    house: House, engine: Engine, provider: FakeParcels, clock: Clock, folder: Path
) -> None:
    provider.lose_answers.add("send_parcel")
    queued = await queue(house, folder)
    await engine.drain()
    assert states(house, queued) == {TransferState.WAITING}
    clock.move(minutes=10)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert (len(provider.files), len(provider.links)) == (5, 5)


@pytest.mark.parametrize("error", [Rejected("no"), DigestMismatch()])
async def test_what_is_refused_together_is_sent_one_by_one(
    house: House, engine: Engine, provider: FakeParcels, folder: Path, error: LinktuiError
) -> None:
    provider.failures["send_parcel"] = [error]
    queued = await queue(house, folder)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert provider.calls.count("send_piece") == 5
    assert (len(provider.files), len(provider.links)) == (5, 5)


@pytest.mark.parametrize(
    ("error", "state"),
    [(Unavailable(), TransferState.WAITING), (Unauthorized("key"), TransferState.AUTH_NEEDED)],
)
async def test_a_fault_of_the_service_is_told_of_each(
    house: House,
    engine: Engine,
    provider: FakeParcels,
    folder: Path,
    error: LinktuiError,
    state: TransferState,
) -> None:
    provider.failures["send_parcel"] = [error]
    queued = await queue(house, folder)
    await engine.drain()
    assert states(house, queued) == {state}
    assert all(now_of(house, one).error for one in queued)


async def test_a_file_that_arrived_otherwise_is_not_published(
    house: House, engine: Engine, provider: FakeParcels, clock: Clock, folder: Path
) -> None:
    provider.wrong_digest.add("002.txt")
    queued = await queue(house, folder, share=None)
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert provider.calls.count("send_piece") == 1  # sent again, and right this time


async def test_what_is_cancelled_while_its_parcel_is_under_way_is_taken_back(
    house: House, engine: Engine, provider: FakeParcels, clock: Clock, folder: Path
) -> None:
    queued = await queue(house, folder)
    provider.on_parcel = lambda: put_into(house, queued[1], "cancelling")
    await ended(house, engine, clock)
    assert now_of(house, queued[1]).state is TransferState.CANCELLED
    assert {file.name for file in provider.files.values()} == {"000.txt", "002.txt", "003.txt", "004.txt"}
    assert len(provider.links) == 4


async def test_what_is_paused_while_its_parcel_is_under_way_stays_so_and_goes_on_later(
    house: House, engine: Engine, provider: FakeParcels, clock: Clock, folder: Path
) -> None:
    queued = await queue(house, folder)
    provider.on_parcel = lambda: put_into(house, queued[1], "paused")
    await ended(house, engine, clock)
    assert now_of(house, queued[1]).state is TransferState.PAUSED
    provider.on_parcel = lambda: None
    await house.services.transfers.resume([queued[1].id])
    await engine.drain()
    assert states(house, queued) == {TransferState.DONE}
    assert (len(provider.files), len(provider.links)) == (5, 5)


async def test_a_file_that_changed_after_its_answer_was_lost_is_taken_back(
    house: House, engine: Engine, provider: FakeParcels, clock: Clock, folder: Path
) -> None:
    provider.lose_answers.add("send_parcel")
    queued = await queue(house, folder, share=LinkSpec())
    await engine.drain()
    (folder / "001.txt").write_bytes(b"other")
    await ended(house, engine, clock)
    assert now_of(house, queued[1]).state is TransferState.SOURCE_CHANGED
    assert "001.txt" not in {file.name for file in provider.files.values()}
    assert len(provider.links) == 4
