"""A text in a box that is read, scrolled and closed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.ui.commands import command


class ReadingDialog(ModalScreen[None]):
    """A title and as much text as there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,q,enter", "dismiss", "Close", "Close the text."),
        command("j,down", "scroll(1)", "Down", "Scroll down by a line.", id="down"),
        command("k,up", "scroll(-1)", "Up", "Scroll up by a line.", id="up"),
    ]

    DEFAULT_CSS = """
    ReadingDialog {
        align: center middle;
        & > #text {
            width: 90%;
            max-width: 110;
            height: auto;
            max-height: 90%;
            border: round $primary;
            border-title-color: $text;
            border-title-style: bold;
            border-subtitle-color: $text-muted;
            background: $surface;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        & Static { height: auto; }
    }
    """

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._heading = title
        self._content = text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll(id="text") as box:
            box.border_title = Content(self._heading)
            box.border_subtitle = Content("j k scroll · Esc close")
            yield Static(self._content, markup=False)

    def action_scroll(self, steps: int) -> None:
        """Scroll by a line."""
        self.query_one("#text").scroll_relative(y=steps, animate=False)
