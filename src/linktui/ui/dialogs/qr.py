"""Show a link as a QR code, with its full address to select by hand."""

from __future__ import annotations

from typing import ClassVar

import segno
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.model.link import Link
from linktui.model.text import clean

QUIET = 2
"""Light modules around the code; ISO/IEC 18004 asks for four, scanners manage with two."""
TOO_LONG = "This address is too long for a QR code."


def qr_lines(text: str) -> list[str]:
    """Return a QR code as lines of half blocks: a block is light, a space is dark.

    Raises ValueError for more than 2,953 bytes (ISO/IEC 18004).
    """
    code = segno.make(text, error="l", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    signs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return [
        "".join(signs[bool(top), bool(bottom)] for top, bottom in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


class QrDialog(ModalScreen[None]):
    """The code in black and white whatever the theme, because a camera reads it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,Q,enter", "leave", "Close", show=False)]

    DEFAULT_CSS = """
    QrDialog {
        align: center middle;
        & > #qr {
            width: 64;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $text;
            border-title-style: bold;
            border-subtitle-color: $text-muted;
            background: $surface;
        }
        & .qr--code { width: auto; height: auto; color: white; background: black; }
        & .qr--none { width: auto; height: auto; margin-bottom: 1; color: $text-muted; }
        & .qr--url { width: 100%; height: auto; text-align: center; }
    }
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._title = clean(link.name, limit=48)
        self._url = link.url

    def compose(self) -> ComposeResult:
        """Lay out the code and the address."""
        with VerticalScroll(id="qr") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = Content("Esc closes")
            with Center():
                yield self._code()
            yield Static(self._url, classes="qr--url", markup=False)

    def _code(self) -> Static:
        try:
            return Static(Content("\n".join(qr_lines(self._url))), classes="qr--code")
        except ValueError:
            return Static(Content(TOO_LONG), classes="qr--none")

    def action_leave(self) -> None:
        """Close the dialog."""
        self.dismiss(None)
