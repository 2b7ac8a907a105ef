"""Show the exact requests that an act would send, before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from linktui.model.call import Rehearsed
from linktui.model.plan_words import counted
from linktui.model.text import clean
from linktui.ui.dialogs.reading import ReadingDialog
from linktui.ui.terminal.mask import is_masked


class RequestsDialog(ReadingDialog):
    """Requests as they would go over the line, their secrets masked."""

    def __init__(self, requests: Sequence[Rehearsed]) -> None:
        super().__init__(f"{counted(len(requests), 'request')}, not sent", Content(""))
        self._requests = requests

    def compose(self) -> ComposeResult:
        """Lay out the requests."""
        self._content = requests_text(self._requests, masked=is_masked(self.app))
        yield from super().compose()


def requests_text(requests: Sequence[Rehearsed], *, masked: bool = False) -> Content:
    """Return requests as text: the line, the headers, the body, which may name an address."""
    lines: list[Content] = []
    for request in requests:
        lines.append(Content.styled(f"{request.method} {clean(request.url)}", "bold $text"))
        lines += [
            Content.styled(f"{clean(name)}: {clean(value)}", "$text-muted") for name, value in request.headers
        ]
        body = "(masked)" if masked and request.body else request.body
        lines += [Content(""), *(Content(clean(line)) for line in body.splitlines())]
        lines.append(Content(""))
    return Content("\n").join(lines)
