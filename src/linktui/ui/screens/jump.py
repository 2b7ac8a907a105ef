"""Letters over everything that can be gone to: type one, and one is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.events import Click, Key, Resize
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""Those under the fingers first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter stands on the screen, and how one goes there."""

    offset: Offset
    go: Callable[[], object]


@runtime_checkable
class HasPlaces(Protocol):
    """A widget that has more to go to than itself."""

    def places(self) -> Sequence[tuple[Offset, Callable[[], object]]]:
        """Return what is in sight to go to, by its place within the widget's content."""
        ...


class JumpScreen(ModalScreen[Place | None]):
    """The letters; Esc, or any key that is none of them, goes nowhere."""

    DEFAULT_CSS = """
    JumpScreen {
        background: transparent;
        & > Static {
            position: absolute;
            width: auto;
            height: 1;
            background: $accent;
            color: $background;
            text-style: bold;
        }
    }
    """

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self._labels = dict(zip(labels(len(places)), places, strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Put a letter at each place."""
        for label, place in self._labels.items():
            letter = Static(label, markup=False)
            letter.styles.offset = (place.offset.x, place.offset.y)
            yield letter

    def on_key(self, event: Key) -> None:
        """Go to the place whose letters are typed."""
        event.stop()
        event.prevent_default()
        self._typed += event.key.lower()
        if self._typed in self._labels:
            self.dismiss(self._labels[self._typed])
        elif not any(label.startswith(self._typed) for label in self._labels):
            self.dismiss(None)
        else:
            for letter in self.query(Static):
                letter.display = str(letter.content).startswith(self._typed)

    def on_click(self, event: Click) -> None:
        """Go nowhere."""
        event.stop()
        self.dismiss(None)

    def on_resize(self, event: Resize) -> None:
        """Go nowhere when everything is elsewhere."""
        if event.size != self.app.size:
            self.dismiss(None)


def labels(number: int) -> list[str]:
    """Return so many labels, none of which begins with another."""
    if number <= len(LETTERS):
        return list(LETTERS[:number])
    return ["".join(pair) for pair in islice(product(LETTERS, repeat=2), number)]


def places_on(screen: Screen[Any]) -> list[Place]:
    """Return what can be gone to on a screen, from the top."""
    most = len(LETTERS) ** 2
    found = sorted(_places(screen), key=lambda place: (place.offset.y, place.offset.x))
    return found[:most]


def _places(screen: Screen[Any]) -> Iterator[Place]:
    for widget in screen.query("*").results(Widget):
        if not widget.is_on_screen or not widget.display:
            continue
        if isinstance(widget, HasPlaces):
            corner = widget.content_region.offset
            yield from (Place(corner + offset, go) for offset, go in widget.places())
        elif widget.focusable:
            yield Place(widget.region.offset, widget.focus)
