"""Have Python's collector of cycles look seldom: a busy daemon makes and drops much, and hardly a cycle."""

from __future__ import annotations

import gc

OBJECTS = 50_000
"""Containers made and not yet dropped after which it looks: some megabytes at most (the default is 700)."""


def look_seldom() -> None:
    """Leave what there is now out of every look, and look seldom at what is to come.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
