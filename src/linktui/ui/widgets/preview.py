"""Show the head of the file under the cursor, or what it is when it is no text."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linktui.model.errors import SourceUnreadable
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.ui.peek import Peek, peek
from linktui.ui.widgets.picture import Picture


class Preview(VerticalScroll, can_focus=False):
    """A look at one local file; `show` may be called on every move of the cursor."""

    DEFAULT_CSS = """
    Preview {
        border: round $border-blurred;
        border-title-color: $text-muted;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        & > .preview--text { height: auto; width: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        """Lay out the picture, if it is one, above the one text."""
        yield Picture()
        yield Static("", classes="preview--text", markup=False)

    @work(exclusive=True, group="preview")
    async def show(self, path: Path | None) -> None:
        """Read a file in a thread and show it; None shows nothing."""
        self.query_one(Picture).show(path)
        self.border_title = Content("Preview") if path is None else Content(clean(path.name, limit=60))
        if path is None:
            self._put(Content("Nothing to preview."))
            return
        try:
            seen = await asyncio.to_thread(peek, path)
        except SourceUnreadable as error:
            self._put(Content(explain(error)))
        else:
            self._put(_shown(seen))

    def _put(self, content: Content) -> None:
        self.query_one(".preview--text", Static).update(content)
        self.scroll_home(animate=False)


def _shown(seen: Peek) -> Content:
    width = max(len(label) for label, _ in seen.facts)
    facts = [Content.assemble((f"{label:<{width}}  ", "$text-muted"), value) for label, value in seen.facts]
    body = [Content(line) for line in seen.lines]
    return Content("\n").join([*facts, *([Content("")] if body else []), *body])
