"""The list of calls made to the services, for whoever wants to know what went over the line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.screens.framed import Framed
from linktui.ui.widgets.call_list import CallList

LOOK = 1.0
"""Seconds between two looks at whether there are more."""


class CallsScreen(Framed):
    """Every call of the daemon and of this program, newest first."""

    TITLE = "Calls"
    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "slash",
            "filter",
            "Filter",
            "Show only calls with these words; Esc takes it away.",
            shown=True,
            takes="words",
        ),
        command("escape,h,left", "back", "Back", "Take the filter away, else go back.", shown=True),
    ]

    def __init__(self, services: Services, *, current: CurrentAccount | None = None) -> None:
        super().__init__(services, current=current)
        self.list = CallList(services.calls)

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield self.list

    def on_mount(self) -> None:
        """Begin in the list, and keep it true."""
        self.set_focus(self.list.table)
        self.set_interval(LOOK, self.list.update)

    def action_filter(self, text: str = "") -> None:
        """Type a filter."""
        self.list.type_filter(text) if text else self.list.open_filter()

    def action_back(self) -> None:
        """Take the filter away, else go back."""
        if not self.list.drop_filter():
            self.dismiss()
