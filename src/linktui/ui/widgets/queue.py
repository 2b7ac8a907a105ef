"""The pane of the upload queue: a bar, a rate and a state for each upload, and the total in the border."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.widgets import Static

from linktui.model.phrases import rate_text, size_text
from linktui.model.queue_words import (
    bar,
    counts_text,
    fraction,
    percent,
    seconds_text,
    state_text,
    totals,
    totals_text,
)
from linktui.model.text import clean
from linktui.model.transfer import Transfer, TransferState
from linktui.ui.widgets.marking_pane import MarkingPane
from linktui.ui.widgets.rows import Cell, Column

_BAR = 10
_TOTAL_BAR = 24
_EMPTY = "Nothing is uploading.\nPress 2 for your files, then u on one of them."


class Queue(MarkingPane[Transfer]):
    """One row for each upload of the last snapshot, below the total of all."""

    DEFAULT_CSS = """
    Queue .queue--total { height: 1; margin-bottom: 1; padding: 0 2; color: $text-primary; }
    """

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._transfers: tuple[Transfer, ...] = ()
        self._text = ""
        self._total = Static("", classes="queue--total", markup=False)
        columns = (
            Column[Transfer](title="Name", cell=lambda one: Cell(clean(one.name))),
            Column[Transfer](title="Progress", cell=_progress, width=_BAR + 5),
            Column[Transfer](title="Size", cell=_size, width=7, right=True),
            Column[Transfer](title="Rate", cell=_rate, width=9, right=True, from_width=90),
            Column[Transfer](title="Left", cell=_left, width=7, right=True),
            Column[Transfer](title="State", cell=self._state, width=16),
            Column[Transfer](title="Tries", cell=_tries, width=5, right=True, from_width=100),
            Column[Transfer](title="Account", cell=_account, width=12, from_width=120),
            Column[Transfer](title="Last error", cell=_error, width=40, from_width=150),
        )
        super().__init__(columns, key=lambda one: one.id, id="queue")

    def compose(self) -> ComposeResult:
        """Lay out the total above the list."""
        yield self._total
        yield from super().compose()

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """The whole queue."""
        return self._transfers

    @property
    def chosen(self) -> tuple[Transfer, ...]:
        """The marked uploads, else the one under the cursor."""
        if self.marks:
            return tuple(one for one in self._transfers if one.id in self.marks)
        return () if self.current is None else (self.current,)

    @property
    def waits(self) -> bool:
        """Whether any row shows a countdown."""
        return any(one.state is TransferState.WAITING for one in self._transfers)

    def take(self, transfers: tuple[Transfer, ...]) -> None:
        """Show a newer snapshot of the queue: what is over comes last, the rest in the queue's own order."""
        self._transfers = tuple(sorted(transfers, key=lambda one: one.state.settled))
        self.marks = {one.id: one for one in transfers if one.id in self.marks}
        self.update()

    def update(self) -> None:
        """Show the snapshot as it reads now."""
        words = self._text.casefold().split()
        rows = [one for one in self._transfers if all(word in one.name.casefold() for word in words)]
        filtered = bool(self._transfers)
        empty = "No upload has these words. Esc takes the filter away." if filtered else _EMPTY
        self.show(rows, empty=empty)
        found = f" · /{clean(self._text)}" if self._text else ""
        sums = totals(self._transfers)
        counts = counts_text(sums)
        self.set_titles(
            f"Uploads{found}{' · ' if counts else ''}{counts}",
            f"{len(rows)}/{len(self._transfers)}{self.marked_words}",
        )
        part = sums.sent / sums.size if sums.size else 0.0
        line = f"{bar(part, _TOTAL_BAR)} {percent(part):>4}   {totals_text(sums)}"
        self._total.display = bool(self._transfers)
        self._total.update(line)

    def tick(self) -> None:
        """Draw the countdowns as they read now."""
        if self.waits:
            self.table.refresh_rows()

    def set_filter(self, text: str) -> None:
        """Show only uploads with these words."""
        if text != self._text:
            self._text = text
            self.update()

    def _state(self, one: Transfer) -> Cell:
        return Cell(state_text(one, self._now()), _role(one.state))


def _role(state: TransferState) -> str:
    if state is TransferState.DONE:
        return "good"
    if state in {TransferState.FAILED, TransferState.AUTH_NEEDED, TransferState.SOURCE_CHANGED}:
        return "bad"
    if state in {TransferState.WAITING, TransferState.PAUSED, TransferState.CONFLICT}:
        return "wait"
    return "muted" if state in {TransferState.CANCELLED, TransferState.QUEUED} else ""


def _progress(one: Transfer) -> Cell:
    part = fraction(one)
    role = "good" if one.state is TransferState.DONE else "muted" if not one.state.active else "folder"
    return Cell(f"{bar(part, _BAR)} {percent(part):>4}", role)


def _size(one: Transfer) -> Cell:
    return Cell(size_text(one.size), "muted")


def _rate(one: Transfer) -> Cell:
    return Cell(rate_text(one.rate) if one.state is TransferState.UPLOADING else "")


def _left(one: Transfer) -> Cell:
    return Cell(seconds_text(one.seconds_left))


def _tries(one: Transfer) -> Cell:
    return Cell(str(one.attempts) if one.attempts else "", "muted")


def _account(one: Transfer) -> Cell:
    return Cell(clean(one.account), "muted")


def _error(one: Transfer) -> Cell:
    return Cell(clean(one.error), "bad")
