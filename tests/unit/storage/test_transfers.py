"""The queue is read anew only where it changed, and reads as if it had been read whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linktui.model.transfer import Source, Transfer, TransferState
from linktui.storage.database import Database
from linktui.storage.transfers import Transfers

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def upload(number: int) -> Transfer:
    source = Source(path=Path(f"/f{number}"), device=1, inode=number, size=10, mtime_ns=0)
    return Transfer(
        id=f"t{number}",
        account="local",
        source=source,
        name=f"f{number}",
        state=TransferState.QUEUED,
        created_at=NOON,
        position=0,
        batch="b",
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "db")
    yield database
    database.close()


async def test_a_queue_that_is_kept_reads_as_one_that_is_read_whole(database: Database) -> None:
    elsewhere, kept = Transfers(database), Transfers(database)
    await elsewhere.add(upload(number) for number in range(250))
    assert [one.id for one in kept.all()] == [f"t{number}" for number in range(250)]
    await elsewhere.set(["t3", "t4"], state=TransferState.DONE)
    await elsewhere.set_each({"t5": {"error": "no"}, "t6": {"state": TransferState.UPLOADING}})
    assert kept.all() == Transfers(database).all()
    await elsewhere.set_progress({"t6": (5, 7, 1.5)})
    await elsewhere.move("t200", steps=-150)
    await elsewhere.forget(["t3", "t5"])  # the second is not over
    await elsewhere.add([upload(999)])
    assert await kept.catch_up() == Transfers(database).all()
    assert len(kept.all()) == 250
    assert kept.all() is kept.all()


async def test_only_those_in_the_right_state_are_changed(database: Database) -> None:
    transfers = Transfers(database)
    await transfers.add(upload(number) for number in range(3))
    await transfers.set(["t1"], state=TransferState.PAUSED)
    wanted = {f"t{number}": {"session": f"s{number}"} for number in range(4)}
    assert await transfers.set_each(wanted, only=[TransferState.QUEUED]) == {"t0", "t2"}
    assert [one.session for one in transfers.all()] == ["s0", "", "s2"]
    assert transfers.states(["t0", "t1", "gone"]) == {
        "t0": TransferState.QUEUED,
        "t1": TransferState.PAUSED,
    }


async def test_what_is_due_is_told_in_its_order_without_what_runs(database: Database) -> None:
    transfers = Transfers(database)
    await transfers.add(upload(number) for number in range(4))
    await transfers.set(["t0"], state=TransferState.DONE)
    await transfers.move("t3", steps=-2)
    assert [one.id for one in transfers.due(NOON, latest=NOON, besides={"t1"})] == ["t3", "t2"]
