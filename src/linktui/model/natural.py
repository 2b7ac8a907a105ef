"""The order in which people count names: `file2` before `file10`, whatever the case."""

from __future__ import annotations

import re

_NUMBER = re.compile("[0-9]+")
_LEADING_ZERO = re.compile("(?<![0-9])0[0-9]")


def natural_key(name: str) -> str:
    """Return a text that sorts as the name is to; names have the same one if they differ in case alone.

    A number is written with its length before it, so that a longer one comes after a shorter one. Zeros at
    its front count only where all else is the same.
    """
    folded = name.casefold()
    key = _NUMBER.sub(_with_length, folded)
    return f"{key}\x01{folded}" if _LEADING_ZERO.search(folded) else key


def _with_length(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    nines, rest = divmod(len(digits), 9)
    return f"{'9' * nines}{rest}{digits}"
