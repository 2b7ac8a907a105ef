from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Static

from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.services.house import House
from linktui.storage.transfers import Transfers
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.conflict import ConflictDialog
from linktui.ui.messages import TransfersChanged
from linktui.ui.screens.uploads import UploadsScreen
from linktui.ui.terminal import clipboard
from linktui.ui.widgets.rows import Rows
from tests.fakes import NOON, Clock, FakeProvider
from tests.ui.samples import HOSTILE, transfer
from tests.ui.shell import open_house, press, running, settle

WAITING = transfer(
    3,
    TransferState.WAITING,
    attempts=2,
    next_at=NOON + timedelta(seconds=42),
    error="The service does not answer.",
)
URL = "http://127.0.0.1:4000/l/Ab3dEf"
DONE = transfer(4, TransferState.DONE, link_id="l_1", url=URL, file_id="f_1")
QUEUE = (
    transfer(1, TransferState.UPLOADING, offset=4_000_000, sent=5_000_000, rate=2_500_000.0),
    transfer(2, TransferState.QUEUED),
    WAITING,
    DONE,
    transfer(5, TransferState.FAILED, error="“file-5.bin” cannot be read: permission denied."),
    transfer(6, TransferState.CONFLICT),
    transfer(7, TransferState.CONFLICT),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    house = open_house(tmp_path / "home", FakeProvider(clock), clock)
    yield house
    await house.close()


@pytest.fixture
async def full(house: House) -> House:
    await Transfers(house.database).add(QUEUE)
    return house


def state_of(house: House, transfer_id: str) -> TransferState:
    found = house.services.transfers.get(transfer_id)
    assert found is not None
    return found.state


def onto(number: int) -> list[str]:
    """Return the keys that lead to an upload: what is over stands below the rest."""
    shown = sorted(QUEUE, key=lambda one: one.state.settled)
    at = [one.id for one in shown].index(f"t{number}")
    return ["home", *["down"] * at]


async def test_an_empty_queue_says_what_to_press(house: House) -> None:
    async with running(house, UploadsScreen) as (screen, _, __):
        assert "then u" in str(screen.queue.query_one(".pane--state", Static).render())


async def test_p_pauses_and_lets_go_on_again(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, __):
        await press(pilot, *onto(2), "p")
        assert state_of(full, "t2") is TransferState.PAUSED
        await press(pilot, "p")
        assert state_of(full, "t2") is TransferState.QUEUED


async def test_marks_are_acted_on_together(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, __):
        await press(pilot, "home", "space", "space", "p")
        assert state_of(full, "t1") is TransferState.PAUSED
        assert state_of(full, "t2") is TransferState.PAUSED
        assert state_of(full, "t3") is TransferState.WAITING


async def test_an_act_that_cannot_be_is_said(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, shell):
        await press(pilot, *onto(4), "r")
        assert shell.toasts == ["Nothing changed: only what failed or waits is tried again."]


async def test_r_tries_a_waiting_upload_at_once(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, __):
        await press(pilot, *onto(3), "r")
        assert state_of(full, "t3") is TransferState.QUEUED


async def test_cancelling_asks_by_name_and_neither_enter_nor_escape_cancels(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, shell):
        await press(pilot, *onto(2), "x")
        assert isinstance(shell.screen, ConfirmDialog)
        assert "file-2.bin" in str(shell.screen.query(Static).first().render())
        await press(pilot, "enter")
        await press(pilot, "x", "escape")
        assert state_of(full, "t2") is TransferState.QUEUED
        await press(pilot, "x", "y")
        assert state_of(full, "t2") is TransferState.CANCELLING


async def test_an_upload_is_moved_up_and_down_the_line(full: House) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, __):
        await press(pilot, *onto(2), "K")
        assert [one.id for one in screen.queue.transfers[:2]] == ["t2", "t1"]
        assert screen.queue.current.id == "t2"
        await press(pilot, "shift+down")
        assert [one.id for one in screen.queue.transfers[:2]] == ["t1", "t2"]


async def test_y_copies_the_link_of_a_finished_upload(full: House, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def note(app: object, text: str, mode: str) -> str:
        copied.append(text)
        return clipboard.SENT

    monkeypatch.setattr(clipboard, "copy", note)
    async with running(full, UploadsScreen) as (_, pilot, shell):
        await press(pilot, *onto(4), "y")
        assert copied == [URL]
        assert shell.toasts == [clipboard.SENT]
        await press(pilot, "up", "y")
        assert copied == [URL]


async def test_enter_opens_the_link_of_a_finished_upload(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, shell):
        await press(pilot, *onto(4), "enter")
        assert shell.opened == [("local", "l_1")]


async def test_the_last_error_is_said_in_words_with_what_to_do(full: House) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, _):
        await press(pilot, *onto(5))
        said = str(screen.details.render())
        assert "cannot be read: permission denied" in said
        assert "r tries again" in said


async def test_a_conflict_is_settled_for_all_that_ask(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, shell):
        await press(pilot, *onto(6), "enter")
        assert isinstance(shell.screen, ConflictDialog)
        await press(pilot, "tab", "right", "b")
        for transfer_id in ("t6", "t7"):
            settled = full.services.transfers.get(transfer_id)
            assert settled is not None
            assert (settled.state, settled.on_conflict) == (TransferState.QUEUED, OnConflict.KEEP_BOTH)


async def test_c_clears_what_is_finished(full: House) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, _):
        await press(pilot, "c")
        assert "t4" not in [one.id for one in screen.queue.transfers]


async def test_the_bandwidth_limit_is_kept(full: House) -> None:
    async with running(full, UploadsScreen) as (_, pilot, __):
        await press(pilot, "b", *"2MB", "enter")
        assert full.services.transfers.bandwidth_limit == 2_000_000


async def test_a_countdown_reads_on_by_itself(full: House, clock: Clock) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, _):
        await press(pilot, *onto(3))
        clock.move(seconds=30)
        screen._tick()
        assert "retry in 12s" in str(screen.details.render())


async def test_a_snapshot_repaints_only_the_rows_that_differ(
    full: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, _):
        painted: list[int] = []
        monkeypatch.setattr(Rows, "_refresh_row", lambda self, at: painted.append(at))
        monkeypatch.setattr(Rows, "_refresh_cells", lambda self, at, *_: painted.append(at))
        moved = transfer(1, TransferState.UPLOADING, offset=6_000_000, sent=6_000_000, rate=2_500_000.0)
        snapshot = (moved, *screen.queue.transfers[1:])
        screen.post_message(TransfersChanged(snapshot))
        await settle(pilot)
        assert painted == [0]


async def test_the_cursor_stays_on_its_upload_when_others_leave(full: House) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, _):
        await press(pilot, *onto(5))
        screen.post_message(TransfersChanged(screen.queue.transfers[2:]))
        await settle(pilot)
        assert screen.queue.current.id == "t5"


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_and_errors_are_shown_as_text(house: House, name: str) -> None:
    hostile: Transfer = transfer(1, TransferState.FAILED, name=name.replace("\udcff", "?"), error=HOSTILE[1])
    await Transfers(house.database).add([hostile])
    async with running(house, UploadsScreen) as (screen, _, shell):
        lines = str(screen.details.render()).splitlines()
        assert all(line.isprintable() for line in lines)
        assert "\x1b" not in shell.export_screenshot()


async def test_a_filter_keeps_only_its_rows(full: House) -> None:
    async with running(full, UploadsScreen) as (screen, pilot, _):
        await press(pilot, "slash", "minus", "5", "enter")
        assert [one.id for one in screen.queue.table.rows] == ["t5"]
        await press(pilot, "escape")
        assert len(screen.queue.table.rows) == len(QUEUE)
