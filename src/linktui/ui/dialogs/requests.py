"""Show the exact requests that an act would send, before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from linktui.model.call import Rehearsed
from linktui.model.plan_words import counted
from linktui.model.text import clean
from linktui.ui.dialogs.reading import ReadingDialog


class RequestsDialog(ReadingDialog):
    """Requests as they would go over the line, their secrets masked."""

    def __init__(self, requests: Sequence[Rehearsed]) -> None:
        super().__init__(f"{counted(len(requests), 'request')}, not sent", requests_text(requests))


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
