"""Read links into the index of words, behind everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

from linktui.storage.database import Database
from linktui.storage.words import Words

LOOK = 1.0
"""Seconds between two looks at whether the database changed."""
REST = 0.02
"""Seconds between two batches, for whoever else has to write."""


async def keep_words(database: Database, guard: Callable[[], AbstractContextManager[None]]) -> None:
    """Read whatever links there are to read; `guard` lets a full disk pass."""
    words = Words(database)
    version = -1
    while True:
        latest = database.version()
        if latest != version:
            version = latest
            with guard():
                while words.behind:
                    await words.read_some()
                    await asyncio.sleep(REST)
        await asyncio.sleep(LOOK)
