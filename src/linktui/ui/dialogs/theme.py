"""Choose a theme by looking at the program in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from linktui.ui.commands import command

STANDS = 0.06
"""Seconds that the cursor stands on a theme before the program takes it: to style all anew takes as long."""


class ThemeDialog(ModalScreen[str | None]):
    """A list at the side, so that all else is seen in the theme under the cursor; Esc answers None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,q", "leave", "Cancel", "Close the list; the theme is as it was."),
        command("j", "move('down')", "Down", "Go to the next theme.", id="down"),
        command("k", "move('up')", "Up", "Go to the theme before.", id="up"),
        command("g", "move('first')", "First", "Go to the first theme.", id="top"),
        command("G", "move('last')", "Last", "Go to the last theme.", id="bottom"),
    ]

    DEFAULT_CSS = """
    ThemeDialog {
        align: right middle;
        background: transparent;
        & > OptionList {
            width: 36;
            max-width: 100%;
            height: auto;
            max-height: 90%;
            margin: 0 2;
            border: round $primary;
            border-title-color: $text;
            border-title-style: bold;
            border-subtitle-color: $text-muted;
            background: $surface;
            padding: 0 1;
        }
        & > OptionList:focus { border: round $primary; }
    }
    """

    AUTO_FOCUS = "*"

    def __init__(
        self, names: Sequence[str], current: str, *, preview: Callable[[str], None], hint: str = ""
    ) -> None:
        """`preview` has the program look like a theme; `hint` is said in place of the keys."""
        super().__init__()
        self._names = tuple(names)
        self._current = current
        self._preview = preview
        self._hint = hint
        self._previewed = current
        self._soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, with the cursor on the theme that there is."""
        options = OptionList(*(Option(Content(name)) for name in self._names))
        options.border_title = Content("Theme")
        options.border_subtitle = Content(self._hint or "Enter keeps · Esc takes back")
        options.highlighted = self._names.index(self._current) if self._current in self._names else 0
        yield options

    @on(OptionList.OptionHighlighted)
    def _show_soon(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._soon is not None:
            self._soon.stop()
        name = self._names[event.option_index]
        self._soon = self.set_timer(STANDS, lambda: self._show(name))

    @on(OptionList.OptionSelected)
    def _keep(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._show(self._names[event.option_index])
        self.dismiss(self._names[event.option_index])

    def action_leave(self) -> None:
        """Take the theme back that there was."""
        self._show(self._current)
        self.dismiss(None)

    def action_move(self, where: str) -> None:
        """Go to another theme."""
        options = self.query_one(OptionList)
        {
            "up": options.action_cursor_up,
            "down": options.action_cursor_down,
            "first": options.action_first,
            "last": options.action_last,
        }[where]()

    def _show(self, name: str) -> None:
        if self._soon is not None:
            self._soon.stop()
        if name != self._previewed:
            self._previewed = name
            self._preview(name)
