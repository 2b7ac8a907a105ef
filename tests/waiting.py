"""Wait for something that another process or thread brings about."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 60.0
PAUSE = 0.02
"""Seconds between two looks: what is waited for needs the processor too."""


def until(
    holds: Callable[[], object], what: object = "", *, patience: float = PATIENCE, pause: float = PAUSE
) -> None:
    """Look again and again until something holds."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(pause)


async def soon(holds: Callable[[], object], what: object = "", *, patience: float = PATIENCE) -> None:
    """Do the same without holding up the event loop."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, what
        await asyncio.sleep(PAUSE)
