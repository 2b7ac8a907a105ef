"""What the painter writes makes a terminal show what it is to show, whatever it showed before."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from linktui.ui.terminal.painter import Painter
from tests.ui.eyes import Eyes

WIDTH, HEIGHT = 24, 8
STYLES = [
    Style.parse(words)
    for words in ("#ff0000 on #000010", "bold #ff0000 on #000010", "reverse #00ff00 on #102030", "default")
]

QUICK = settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))

pieces = st.lists(
    st.tuples(st.text("ab │●漢👍", min_size=1, max_size=9), st.sampled_from(STYLES)), max_size=6
)
lines = st.builds(
    lambda parts: Strip([Segment(*part) for part in parts]).adjust_cell_length(WIDTH, STYLES[0]), pieces
)
screens = st.lists(lines, min_size=HEIGHT, max_size=HEIGHT)


def whole(screen: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in screen], Region(0, 0, WIDTH, HEIGHT))


def part(screen: list[Strip], spans: list[tuple[int, int, int]]) -> ChopsUpdate:
    return ChopsUpdate([{0: strip} for strip in screen], spans, [[WIDTH]] * HEIGHT)


def plain(*texts: str) -> list[Strip]:
    rows = [*texts, *[""] * (HEIGHT - len(texts))]
    return [Strip([Segment(text, STYLES[0])]).adjust_cell_length(WIDTH, STYLES[0]) for text in rows]


def painted(painter: Painter, eyes: Eyes, update: LayoutUpdate | ChopsUpdate) -> int:
    """Paint and return how many bytes it took."""
    assert painter.take(update)
    eyes.rest()
    eyes.take(painter.paint())
    return eyes.bytes


@QUICK
@given(st.lists(screens, min_size=2, max_size=4), st.integers(-3, 3))
def test_any_screen_is_reached_from_any_other(shown: list[list[Strip]], step: int) -> None:
    shown.append(shown[-1][step:] + shown[-1][:step])  # and from one that scrolled
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    for screen in shown:
        painted(painter, eyes, whole(screen))
        fresh, anew = Painter(), Eyes(WIDTH, HEIGHT)
        painted(fresh, anew, whole(screen))
        assert eyes.lines == anew.lines
        assert eyes.cells == anew.cells
        assert [line.rstrip() for line in eyes.lines] == [strip.text.rstrip() for strip in screen]


@QUICK
@given(screens, screens, st.integers(0, WIDTH - 1), st.integers(1, WIDTH), st.integers(0, HEIGHT - 1))
def test_a_part_that_is_drawn_is_shown_and_the_rest_stays(
    before: list[Strip], after: list[Strip], first: int, size: int, at: int
) -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    painted(painter, eyes, whole(before))
    untouched = [line for y, line in enumerate(eyes.lines) if y != at]
    painted(painter, eyes, part(after, [(at, first, min(WIDTH, first + size))]))
    assert [line for y, line in enumerate(eyes.lines) if y != at] == untouched
    assert [line.replace("\x00", "") for line in painter.lines] == eyes.lines


def test_nothing_is_written_where_nothing_differs() -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    painted(painter, eyes, whole(plain("one", "two")))
    assert painted(painter, eyes, whole(plain("one", "two"))) == 0


def test_a_digit_that_changes_costs_its_place_and_itself() -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    painted(painter, eyes, whole(plain("left: 12s")))
    assert painted(painter, eyes, whole(plain("left: 11s"))) == len("\x1b[1;8H1")
    assert eyes.lines[0].rstrip() == "left: 11s"


def test_lines_that_scroll_are_moved_by_the_terminal() -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    rows = [f"a row of its own, {number}" for number in range(20)]
    painted(painter, eyes, whole(plain(*rows[:HEIGHT])))
    assert painted(painter, eyes, whole(plain(*rows[1 : HEIGHT + 1]))) < 60
    assert [line.rstrip() for line in eyes.lines] == rows[1 : HEIGHT + 1]
    assert painted(painter, eyes, whole(plain(*rows[:HEIGHT]))) < 60
    assert [line.rstrip() for line in eyes.lines] == rows[:HEIGHT]


def test_what_scrolled_need_not_be_drawn_by_whoever_says_so() -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    rows = [f"a row of its own, {number}" for number in range(20)]
    painted(painter, eyes, whole(plain(*rows[:HEIGHT])))
    assert painter.scroll(Region(0, 0, WIDTH, HEIGHT), 1)
    new = part(plain(*rows[1 : HEIGHT + 1]), [(HEIGHT - 1, 0, WIDTH)])
    assert painted(painter, eyes, new) < 60
    assert [line.rstrip() for line in eyes.lines] == rows[1 : HEIGHT + 1]


def test_only_what_stands_there_is_overwritten() -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    painted(painter, eyes, whole(plain("left: 12s")))
    assert painter.overwrite(6, 0, "12s", "11s")
    assert not painter.overwrite(6, 0, "12s", "10s")
    eyes.take(painter.paint())
    assert eyes.lines[0].rstrip() == "left: 11s"


def test_everything_is_painted_again_on_a_terminal_that_something_else_wrote_on() -> None:
    painter, eyes = Painter(), Eyes(WIDTH, HEIGHT)
    painted(painter, eyes, whole(plain("one", "two")))
    eyes.take("\x1b[2J")
    painter.forget()
    eyes.take(painter.paint())
    assert [line.rstrip() for line in eyes.lines[:2]] == ["one", "two"]
