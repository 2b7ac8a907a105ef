"""One change of a plan, whole: for those with more fields than the strip below the list has lines."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.model.change import Change
from linktui.model.plan import Plan
from linktui.model.text import clean
from linktui.ui.widgets.change_details import change_text


class ChangeFactsDialog(ModalScreen[None]):
    """Every field of a change before and after, and how it stands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
    ]

    DEFAULT_CSS = """
    ChangeFactsDialog {
        align: center middle;
        & > #change {
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

    def __init__(self, change: Change, plan: Plan) -> None:
        super().__init__()
        self._change = change
        self._plan = plan

    def compose(self) -> ComposeResult:
        """Lay out the change."""
        with VerticalScroll(id="change") as box:
            box.border_title = Content(f"{self._change.verb} · {clean(self._change.name, limit=60)}")
            box.border_subtitle = Content("j k scroll · Esc close")
            yield Static(change_text(self._change, self._plan), markup=False)

    def action_scroll(self, steps: int) -> None:
        """Scroll by a line."""
        self.query_one("#change").scroll_relative(y=steps, animate=False)
