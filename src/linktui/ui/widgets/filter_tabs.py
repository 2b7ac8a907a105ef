"""The line of tabs above the links: All, then each saved filter by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from linktui.config.filters import EVERY
from linktui.model.text import clean

MORE = "…"


class FilterTabs(Widget):
    """One line; the current tab stands in brackets, and stays in sight however many there are."""

    DEFAULT_CSS = """
    FilterTabs { height: 1; display: none; padding: 0 2; color: $text-muted; }
    FilterTabs.-shown { display: block; }
    """

    class Chosen(Message):
        """A tab was clicked; an empty name is the first, without a filter."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ("",)
        self._at = 0

    @property
    def current(self) -> str:
        """The current tab's name; empty for the first."""
        return self._names[self._at]

    def set_names(self, names: Sequence[str], *, current: str) -> None:
        """Show tabs of these names; nothing at all when there is none."""
        self._names = ("", *names)
        self._at = self._names.index(current) if current in self._names else 0
        self.set_class(bool(names), "-shown")
        self.refresh()

    def neighbour(self, steps: int) -> str:
        """Return the name of the tab so many further, round and round."""
        return self._names[(self._at + steps) % len(self._names)]

    def render(self) -> Content:
        """Draw the tabs that fit, from far enough on that the current one does."""
        first, last = self._in_sight()
        parts: list[Content | str | tuple[str, str]] = [MORE if first else ""]
        for at in range(first, last):
            style = "bold $text-accent" if at == self._at else ""
            parts.append((self._label(at), style))
        return Content.assemble(*parts, MORE if last < len(self._names) else "")

    def on_click(self, event: Click) -> None:
        """Choose the tab that was clicked."""
        event.stop()
        for left, at in self._lefts():
            if left <= event.x - self.gutter.left < left + cell_len(self._label(at)):
                self._choose(at)

    def places(self) -> list[tuple[Offset, Callable[[], object]]]:
        """Return the tabs in sight, for a jump."""
        return [(Offset(left, 0), partial(self._choose, at)) for left, at in self._lefts()]

    def _choose(self, at: int) -> None:
        self.post_message(self.Chosen(self._names[at]))

    def _lefts(self) -> Iterator[tuple[int, int]]:
        """Yield where each tab in sight begins, and which it is."""
        first, last = self._in_sight()
        left = 1 if first else 0
        for at in range(first, last):
            yield left, at
            left += cell_len(self._label(at))

    def _label(self, at: int) -> str:
        name = clean(self._names[at], limit=30) or EVERY
        return f"[{name}]" if at == self._at else f" {name} "

    def _in_sight(self) -> tuple[int, int]:
        """Return the first tab that is drawn, and the one after the last."""
        widths = [cell_len(self._label(at)) for at in range(len(self._names))]
        room = self.size.width - 2 * len(MORE)
        first = 0
        while first < self._at and sum(widths[first : self._at + 1]) > room:
            first += 1
        last = first
        while last < len(widths) and sum(widths[first : last + 1]) <= room:
            last += 1
        return first, max(last, self._at + 1)
