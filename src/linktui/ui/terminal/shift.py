"""Find lines that only moved up or down: a terminal moves them by itself, at a few bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from linktui.ui.terminal.cells import Row

GAP = 4
"""Lines from one that moved to the next, with others between that changed too, as a scroll bar does."""
FEWEST = 4
"""Lines that have to move together for it to pay."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The lines from `top` to before `bottom` move up by `lines`, or down where that is negative."""

    top: int
    bottom: int
    lines: int

    @property
    def sequence(self) -> str:
        """What makes the terminal do it: lines are taken out or put in, between margins, as a VT102 does."""
        final = "M" if self.lines > 0 else "L"
        margins = f"\x1b[{self.top + 1};{self.bottom}r"
        return f"{margins}\x1b[{self.top + 1}H\x1b[{abs(self.lines)}{final}\x1b[r"

    def move(self, rows: list[Row]) -> None:
        """Move lines as the terminal does; it is unknown how that fills the new ones."""
        width = len(rows[self.top].texts)
        block = rows[self.top : self.bottom]
        new = [Row.unknown(width) for _ in range(abs(self.lines))]
        kept = block[self.lines :] if self.lines > 0 else block[: self.lines]
        rows[self.top : self.bottom] = [*kept, *new] if self.lines > 0 else [*new, *kept]


def find_shift(wanted: Sequence[Row], shown: Sequence[Row], changed: Sequence[int]) -> Shift | None:
    """Return how most of the changed lines moved, if they did."""
    if len(changed) < FEWEST:
        return None
    now = {at: "".join(wanted[at].texts) for at in changed}
    before = {at: "".join(shown[at].texts) for at in changed}
    # A line that is there twice could have come from either place.
    places = Counter(before.values())
    origin = {text: at for at, text in before.items() if places[text] == 1}
    steps = Counter(origin[text] - at for at, text in now.items() if text in origin)
    steps.pop(0, None)
    if not steps:
        return None
    lines, found = steps.most_common(1)[0]
    if found < FEWEST:
        return None
    matching = [at for at in changed if before.get(at + lines) == now[at]]
    first, last = _longest_run(matching)
    if last - first + 1 < FEWEST:
        return None
    return Shift(min(first, first + lines), max(last, last + lines) + 1, lines)


def _longest_run(places: Sequence[int]) -> tuple[int, int]:
    """Return the first and last of the longest run, with some that changed between; (0, -1) for none."""
    best, began = (0, -1), 0
    for at, place in enumerate(places):
        if at == 0 or place - places[at - 1] > GAP:
            began = place
        if place - began > best[1] - best[0]:
            best = (began, place)
    return best
