"""What a terminal shows, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.segment import Segment

from linktui.ui.terminal.colours import PLAIN, Look, look_of

UNKNOWN = "\x00"
"""A cell of which nobody knows what it shows: it differs from every character."""


class Row:
    """One line: its characters and how each looks; a wide character is followed by an empty cell."""

    __slots__ = ("looks", "texts")

    def __init__(self, texts: list[str], looks: list[Look]) -> None:
        self.texts = texts
        self.looks = looks

    @classmethod
    def unknown(cls, width: int) -> Row:
        """Return a line that is to be painted whole."""
        return cls([UNKNOWN] * width, [PLAIN] * width)

    @classmethod
    def of(cls, segments: Iterable[Segment], colours: ColorSystem) -> Row:
        """Return the cells of some text."""
        texts: list[str] = []
        looks: list[Look] = []
        for text, style, control in segments:
            if control:
                continue
            if text.isascii():
                texts.extend(text)
            else:
                _spread(text, texts)
            looks.extend([look_of(style, colours)] * (len(texts) - len(looks)))
        return cls(texts, looks)

    def put(self, at: int, cells: Row, first: int, last: int) -> None:
        """Show some of other cells, those from `first` to before `last`, from column `at` on."""
        last = min(last, first + len(self.texts) - at, len(cells.texts))
        if first >= last:
            return
        end = at + last - first
        if self.texts[at] == "" and at:
            self.texts[at - 1] = " "  # half of a wide character is nothing
        self.texts[at:end] = cells.texts[first:last]
        self.looks[at:end] = cells.looks[first:last]
        if self.texts[at] == "":
            self.texts[at] = " "
        if last < len(cells.texts) and cells.texts[last] == "":
            self.texts[end - 1] = " "
        if end < len(self.texts) and self.texts[end] == "":
            self.texts[end] = " "


def _spread(text: str, texts: list[str]) -> None:
    for character in text:
        width = get_character_cell_size(character)
        if width == 0 and texts:
            # It joins the character before it, which of a wide one is a cell further back.
            texts[-2 if texts[-1] == "" and len(texts) > 1 else -1] += character
        elif width:
            texts.append(character)
            texts.extend([""] * (width - 1))
