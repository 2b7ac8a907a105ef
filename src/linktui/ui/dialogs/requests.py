"""Show the exact requests that an act would send, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.model.call import Rehearsed
from linktui.model.text import clean


class RequestsDialog(ModalScreen[None]):
    """Requests as they would go over the line, their secrets masked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
    ]

    DEFAULT_CSS = """
    RequestsDialog {
        align: center middle;
        & > #requests {
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

    def __init__(self, requests: Sequence[Rehearsed]) -> None:
        super().__init__()
        self._requests = requests

    def compose(self) -> ComposeResult:
        """Lay out the requests one below the other."""
        with VerticalScroll(id="requests") as box:
            count = len(self._requests)
            box.border_title = Content(f"{count} request{'' if count == 1 else 's'}, not sent")
            box.border_subtitle = Content("j k scroll · Esc close")
            yield Static(requests_text(self._requests), markup=False)

    def action_scroll(self, steps: int) -> None:
        """Scroll by a line."""
        self.query_one("#requests").scroll_relative(y=steps, animate=False)


def requests_text(requests: Sequence[Rehearsed]) -> Content:
    """Return requests as text: the line, the headers, the body."""
    lines: list[Content] = []
    for request in requests:
        lines.append(Content.styled(f"{request.method} {clean(request.url)}", "bold $text"))
        lines += [
            Content.styled(f"{clean(name)}: {clean(value)}", "$text-muted") for name, value in request.headers
        ]
        lines += [Content(""), *(Content(clean(line)) for line in request.body.splitlines())]
        lines.append(Content(""))
    return Content("\n").join(lines)
