"""A service's limit of requests a second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


class Rate:
    """A bucket that holds one second's worth of requests and fills as the clock goes."""

    def __init__(self, per_second: float, clock: Callable[[], datetime]) -> None:
        self._per_second = per_second
        self._clock = clock
        self._left = per_second
        self._at = clock()

    def take(self) -> float:
        """Count one request; return 0, or the seconds to wait if it is one too many."""
        now = self._clock()
        passed = max(0.0, (now - self._at).total_seconds())
        self._left = min(self._per_second, self._left + passed * self._per_second)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return 0.0
