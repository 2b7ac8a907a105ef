"""The calls made to the services, newest first."""

from __future__ import annotations

from linktui.model.call import Call
from linktui.model.text import clean
from linktui.services.calls import CallLog
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column

_NONE = "No calls were made yet.\nR in Links asks every service, and what was sent is listed here."
SHOWN = 1_000


class CallList(Pane[Call]):
    """Method, path, status, time and the service's own name for each call: nothing secret is in it."""

    def __init__(self, calls: CallLog) -> None:
        self._calls = calls
        self._text = ""
        columns = (
            Column[Call](
                title="When", cell=lambda call: Cell(f"{call.at.astimezone():%H:%M:%S}", "muted"), width=8
            ),
            Column[Call](
                title="Account", cell=lambda call: Cell(clean(call.account)), width=12, from_width=60
            ),
            Column[Call](title="Call", cell=lambda call: Cell(clean(f"{call.method} {call.path}"))),
            Column[Call](title="Status", cell=_status, width=14),
            Column[Call](
                title="Time",
                cell=lambda call: Cell(f"{call.seconds * 1000:.0f} ms", "muted"),
                width=8,
                right=True,
            ),
            Column[Call](
                title="Request",
                cell=lambda call: Cell(clean(call.request_id), "muted"),
                width=24,
                from_width=100,
            ),
        )
        super().__init__(
            columns,
            key=lambda call: (call.at, call.account, call.method, call.path, call.seconds),
            is_marked=lambda call: False,
            id="calls",
        )

    def on_mount(self) -> None:
        """Show what was called."""
        self.update()

    def update(self) -> None:
        """Read the list anew and show it."""
        calls = self._calls.latest(limit=SHOWN)
        words = self._text.casefold().split()
        shown = [call for call in calls if all(word in _words(call) for word in words)]
        empty = "No call has these words. Esc takes the filter away." if calls else _NONE
        self.show(shown, empty=empty)
        found = f" · /{clean(self._text)}" if self._text else ""
        self.set_titles(f"Calls{found}", f"{len(shown)}/{len(calls)}")

    def set_filter(self, text: str) -> None:
        """Show only calls with these words."""
        if text != self._text:
            self._text = text
            self.update()


def _words(call: Call) -> str:
    return (
        f"{call.account} {call.method} {call.path} {call.status or call.error} {call.request_id}".casefold()
    )


def _status(call: Call) -> Cell:
    if call.status is None:
        return Cell(clean(call.error), "bad")
    return Cell(str(call.status), "good" if call.status < 400 else "bad")
