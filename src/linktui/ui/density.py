"""A picture of how many links end in each hour or day: bars of blocks over a line of times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BLOCKS = " ▁▂▃▄▅▆▇█"
ASCII = " ..::++##"
"""The same steps for a terminal without blocks."""
MARGIN = 6
"""Cells before the bars, for the largest number and for what a bar stands for."""
WIDEST = 6
"""Cells of a bar at most, with the gap after it."""
_STEPS = len(BLOCKS) - 1


@dataclass(frozen=True, slots=True)
class Bars:
    """How many links end in each of some pieces of time, and what is written below some of them."""

    unit: str
    numbers: Sequence[int]
    labels: Sequence[str]


def lines_of(bars: Bars, *, width: int, height: int, blocks: str = BLOCKS) -> list[str]:
    """Return `height` lines of bars and one of labels, each of at most `width` cells.

    The highest bar is as high as there is room; one link alone is still seen.
    """
    room = min(WIDEST, (width - MARGIN) // max(1, len(bars.numbers)))
    if room < 1:
        return [""] * (height + 1)
    most = max(bars.numbers, default=0)
    levels = [_level(number, most, height) for number in bars.numbers]
    lines = []
    for line in range(height):
        below = (height - 1 - line) * _STEPS
        signs = [blocks[max(0, min(_STEPS, level - below))] for level in levels]
        gap = " " if room > 1 else ""
        drawn = "".join(sign * (room - len(gap)) + gap for sign in signs)
        lines.append(f"{number_text(most) if line == 0 and most else '':>{MARGIN - 1}} {drawn}".rstrip())
    return [*lines, f"{bars.unit:>{MARGIN - 1}} {_labelled(bars.labels, room)}".rstrip()]


def number_text(number: int) -> str:
    """Return a number in five characters at most."""
    return str(number) if number < 100_000 else f"{number // 1000}k"


def _level(number: int, most: int, height: int) -> int:
    """Return how many steps high a bar is."""
    return -(-number * height * _STEPS // most) if number else 0


def _labelled(labels: Sequence[str], room: int) -> str:
    """Return the labels below their bars, without those that there is no room for."""
    line = ""
    for at, label in enumerate(labels):
        if label and (not line or len(line) < at * room):
            line = f"{line:<{at * room}}{label}"
    return line[: len(labels) * room]
