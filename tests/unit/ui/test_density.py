"""The picture of what ends when fits, shows each link that is alone, and is as good without blocks."""

from __future__ import annotations

import pytest

from linktui.ui.density import ASCII, Bars, lines_of, number_text

WEEK = Bars("day", (0, 1, 8, 4, 0, 1000, 2), ("today", "", "Mon", "", "", "Thu", ""))


def test_the_highest_bar_has_all_the_room_and_one_link_is_still_seen() -> None:
    assert lines_of(WEEK, width=20, height=1) == [
        " 1000   ▁ ▁ ▁   █ ▁",
        "  day today     Thu",
    ]
    low = Bars("day", (1, 2, 3, 4, 0), ("",) * 5)
    assert lines_of(low, width=16, height=2) == ["    4     ▄ █", "      ▄ █ █ █", "  day"]


def test_bars_grow_with_the_room_and_end_with_it() -> None:
    for width in range(200):
        for height in (1, 3):
            lines = lines_of(WEEK, width=width, height=height)
            assert len(lines) == height + 1
            assert all(len(line) <= width for line in lines)
    assert max(map(len, lines_of(WEEK, width=200, height=3))) <= 6 + 7 * 6
    assert lines_of(Bars("day", (), ()), width=80, height=1) == ["", "  day"]


def test_a_terminal_without_blocks_has_signs() -> None:
    assert all(line.isascii() for line in lines_of(WEEK, width=40, height=3, blocks=ASCII))
    assert "#" in lines_of(WEEK, width=40, height=1, blocks=ASCII)[0]


@pytest.mark.parametrize(("number", "text"), [(7, "7"), (99_999, "99999"), (1_234_567, "1234k")])
def test_a_number_has_five_characters_at_most(number: int, text: str) -> None:
    assert number_text(number) == text
