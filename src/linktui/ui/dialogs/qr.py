"""Show a link as a QR code, with its full address to select by hand."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Center, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.masking import masked_url
from linktui.model.qr import qr_lines
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.ui.commands import command
from linktui.ui.terminal.mask import is_masked

LEAST_WIDTH = 64
BORDER = 2


def _solid(lines: list[str]) -> Content:
    """Return such lines with their light modules filled, where there are colours for it."""
    runs = ((run, "white on white") for line in lines for run in re.split("(#+)", f"{line}\n") if run)
    return Content.assemble(*((run, style if "#" in run else "") for run, style in runs))


class QrDialog(ModalScreen[None]):
    """The code in black and white whatever the theme, because a camera reads it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,q,Q,enter", "leave", "Close", "Close the QR code.")
    ]

    DEFAULT_CSS = """
    QrDialog {
        align: center middle;
        & > #qr {
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
        & .qr--code.-none { margin-bottom: 1; color: $text-muted; background: $surface; }
        & .qr--url { width: 100%; height: auto; text-align: center; }
    }
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def compose(self) -> ComposeResult:
        """Lay out the code and the address."""
        with VerticalScroll(id="qr") as box:
            box.border_title = Content(clean(self._link.name, limit=48))
            box.border_subtitle = Content("Esc closes")
            with Center():
                yield Static(classes="qr--code", markup=False)
            shown = masked_url(self._link.url) if is_masked(self.app) else self._link.url
            yield Static(shown, classes="qr--url", markup=False)

    def on_mount(self) -> None:
        """Draw the code."""
        self._draw(self.app.size)

    def on_resize(self, event: Resize) -> None:
        """Draw it as there is room for now."""
        self._draw(event.size)

    def _draw(self, room: Size) -> None:
        """Draw the code as large as there is room for, or say what room it takes."""
        columns, rows = room.width - BORDER, room.height - BORDER
        draws_ascii = getattr(self.app, "draws_ascii", False)
        code = self.query_one(".qr--code", Static)
        try:
            if is_masked(self.app):
                raise InvalidInput("QR code", "is masked, as addresses are; M shows them")
            lines = qr_lines(self._link.url, columns=columns, rows=rows, ascii_only=draws_ascii)
        except InvalidInput as error:
            picture = f"linktui links qr {clean(self._link.id)} -o code.svg"
            lines = [explain(error), f"`{picture}` makes a picture of it."]
            content = Content("\n".join(lines))
            code.add_class("-none")
        else:
            content = _solid(lines) if draws_ascii else Content("\n".join(lines))
            code.remove_class("-none")
        code.update(content)
        self.query_one("#qr").styles.width = max(LEAST_WIDTH, len(lines[0]) + BORDER)

    def action_leave(self) -> None:
        """Close the dialog."""
        self.dismiss(None)
