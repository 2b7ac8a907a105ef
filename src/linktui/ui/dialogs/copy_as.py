"""Ask in which way links are to be copied, and show what that looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import on
from textual.widget import Widget
from textual.widgets import OptionList, Static

from linktui.model.copying import Clock, Way, ways
from linktui.model.link import Link
from linktui.model.masking import masked_link
from linktui.model.text import clean
from linktui.ui.dialogs.menu import Answer, MenuDialog
from linktui.ui.terminal.mask import is_masked

PREVIEWED = 4
"""Links that the preview is made of."""
_KEYS = {
    "url": "u",
    "markdown": "m",
    "csv": "v",
    "curl": "c",
    "named": "n",
    "message": "s",
    "mailto": "e",
}
_TAKEN = "jkq"
"""Letters that every menu has a meaning for."""
_LETTERS = "abdfghilmoprtwxyz123456789"


class CopyAsDialog(MenuDialog[Way, Way]):
    """The ways of `copying`, with a preview; the answer is the way that was picked."""

    DEFAULT_CSS = """
    CopyAsDialog .copy--preview {
        height: auto;
        max-height: 7;
        margin-top: 1;
        padding: 0 1;
        background: $boost;
        color: $text-muted;
    }
    """

    def __init__(self, links: Sequence[Link], templates: Mapping[str, str], now: Clock) -> None:
        what = "Copy link as" if len(links) == 1 else f"Copy {len(links)} links as"
        self._ways = ways(templates)
        keys = keys_of([way.name for way in self._ways])
        answers = [Answer(key, way, clean(way.title)) for key, way in zip(keys, self._ways, strict=True)]
        super().__init__(what, "", answers)
        self._sample = tuple(links[:PREVIEWED])
        self._more = len(links) - len(self._sample)
        self._now = now

    def below(self) -> Iterable[Widget]:
        """Return the preview of the way under the cursor."""
        yield Static("", classes="copy--preview", markup=False)

    def result(self, value: Way) -> Way:
        """Return the way."""
        return value

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        sample = [masked_link(link) for link in self._sample] if is_masked(self.app) else self._sample
        text = self._ways[event.option_index].write(sample, self._now)
        more = f"\n… and {self._more} more" if self._more else ""
        self.query_one(".copy--preview", Static).update(f"{text}{more}")


def keys_of(names: Sequence[str]) -> list[str]:
    """Return a letter for each way: its own, for a template the first of its name that is free."""
    keys: list[str] = []
    for name in names:
        free = [one for one in f"{name.casefold()}{_LETTERS}" if one.isascii() and one.isalnum()]
        taken = {*_TAKEN, *_KEYS.values(), *keys}
        keys.append(_KEYS.get(name) or next((one for one in free if one not in taken), " "))
    return keys
