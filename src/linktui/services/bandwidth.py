"""One allowance of bytes a second that all running uploads share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

BURST_SECONDS = 0.25


class Bandwidth:
    """A token bucket (https://en.wikipedia.org/wiki/Token_bucket); 0 bytes a second is no limit."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._rate = 0
        self._allowance = 0.0
        self._seen = now()

    @property
    def rate(self) -> int:
        """Bytes a second; 0 is no limit."""
        return self._rate

    @rate.setter
    def rate(self, rate: int) -> None:
        if rate != self._rate:
            self._rate, self._allowance, self._seen = rate, 0.0, self._now()

    def piece(self, largest: int) -> int:
        """Return how many bytes to send at a time, so that a slow limit still moves evenly."""
        return min(largest, max(4096, int(self._rate * BURST_SECONDS))) if self._rate else largest

    async def take(self, size: int) -> None:
        """Wait until `size` bytes may be sent."""
        if not self._rate:
            return
        now = self._now()
        burst = self._rate * BURST_SECONDS
        self._allowance = min(burst, self._allowance + (now - self._seen) * self._rate) - size
        self._seen = now
        # A debt is waited out in short steps: a limit that is lifted meanwhile frees the wait.
        debt = -self._allowance / self._rate
        while debt > 0 and self._rate:
            step = min(debt, 0.5)
            await asyncio.sleep(step)
            debt -= step
