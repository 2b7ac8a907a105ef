"""Ask in which form links are to be copied, and show what that looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.widget import Widget
from textual.widgets import OptionList, Static

from linktui.model.link import Link
from linktui.ui.copying import CopyForm, copy_forms
from linktui.ui.dialogs.menu import Answer, MenuDialog

_ANSWERS = (
    Answer("u", CopyForm.URL, "URL"),
    Answer("m", CopyForm.MARKDOWN, "Markdown"),
    Answer("v", CopyForm.CSV, "CSV: name, url, expires, account"),
    Answer("c", CopyForm.CURL, "curl command"),
    Answer("n", CopyForm.NAMED, "Name and URL"),
)


class CopyAsDialog(MenuDialog[CopyForm, str]):
    """The forms of `copying`, with a preview; the answer is the text to copy."""

    DEFAULT_CSS = """
    CopyAsDialog .copy--preview {
        height: auto;
        max-height: 6;
        margin-top: 1;
        padding: 0 1;
        background: $boost;
        color: $text-muted;
    }
    """

    def __init__(self, links: Sequence[Link]) -> None:
        what = "Copy link as" if len(links) == 1 else f"Copy {len(links)} links as"
        super().__init__(what, "", _ANSWERS)
        self._links = tuple(links)

    def below(self) -> Iterable[Widget]:
        """Return the preview of the form under the cursor."""
        yield Static("", classes="copy--preview", markup=False)

    def result(self, value: CopyForm) -> str:
        """Return the text to copy."""
        return copy_forms(self._links, value)

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        form = _ANSWERS[event.option_index].value
        text = copy_forms(self._links[:4], form)
        more = len(self._links) - 4
        self.query_one(".copy--preview", Static).update(f"{text}\n… and {more} more" if more > 0 else text)
