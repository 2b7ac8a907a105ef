"""The shortest ways for a terminal's cursor to get from one cell to another."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=8192)
def move(before: tuple[int, int] | None, after: tuple[int, int]) -> str:
    """Return what moves the cursor between two cells (column, row), from 0; None is a place nobody knows."""
    column, row = after
    straight = f"\x1b[{row + 1}H" if column == 0 else f"\x1b[{row + 1};{column + 1}H"
    if before is None:
        return straight
    steps = _along(before[0], column) + _across(before[1], row)
    return min(steps, straight, key=len)


def _along(before: int, after: int) -> str:
    if after >= before:
        return _many("C", after - before)
    back = before - after
    return min("\b" * back, _many("D", back), "\r" + _many("C", after), key=len)


def _across(before: int, after: int) -> str:
    if after < before:
        return _many("A", before - after)
    # A vertical tab is a line feed that stays in its column, and that no terminal driver rewrites.
    return min("\v" * (after - before), _many("B", after - before), key=len)


def _many(final: str, number: int) -> str:
    if number == 0:
        return ""
    return f"\x1b[{final}" if number == 1 else f"\x1b[{number}{final}"
