"""What is painted at once reads the same as what Textual would have written, in fewer bytes."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from linktui.ui.terminal.painting import _Pen

STYLES = [
    None,
    Style(color="#102030", bgcolor="#405060"),
    Style(color="red", bgcolor="#405060", bold=True),
    Style(color="#102030", bgcolor="blue", dim=True),
    Style(color="#102030", bgcolor="blue", reverse=True),
    Style(bgcolor="#000000", underline=True),
    Style(bold=True, italic=True),
]
PIECES = st.lists(st.tuples(st.sampled_from(["ab", "  ", "c d"]), st.sampled_from(STYLES)), max_size=8)


def seen(text: str) -> list[tuple[object, ...]]:
    """Return what a terminal shows; of a blank the colour of letters and their weight do not count."""
    screen = pyte.Screen(30, 1)
    pyte.Stream(screen).feed(text)
    cells = []
    for at in range(30):
        cell = screen.buffer[0][at]
        blank = cell.data == " " and not (cell.reverse or cell.underscore)
        letter = () if blank else (cell.fg, cell.bold, cell.italics, cell.underscore)
        cells.append((cell.data, cell.bg, cell.reverse, *letter))
    return cells


@pytest.mark.parametrize("colours", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
@given(PIECES)
def test_fewer_codes_show_the_same(colours: ColorSystem, pieces: list[tuple[str, Style | None]]) -> None:
    pen = _Pen(colours)
    terse = "".join(pen.write(Segment(text, style)) for text, style in pieces) + pen.reset()
    plain = "".join(style.render(text, color_system=colours) if style else text for text, style in pieces)
    assert seen(terse) == seen(plain)
    assert len(terse) <= len(plain) + 8
