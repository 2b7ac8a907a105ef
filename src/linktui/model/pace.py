"""How fast a plan comes forward, from what was seen of it in the last seconds."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

SPAN = timedelta(seconds=10)
"""How far back the rate looks."""
LEAST = timedelta(seconds=1)
"""How long has to be looked at for a rate to mean something."""


class Pace:
    """The changes that were over at some moments, newest last."""

    def __init__(self) -> None:
        self._seen: deque[tuple[datetime, int]] = deque()

    def note(self, at: datetime, over: int) -> None:
        """Take in how many changes are over by now; fewer than before begins anew."""
        if self._seen and over < self._seen[-1][1]:
            self._seen.clear()
        if not self._seen or self._seen[-1][0] != at:
            self._seen.append((at, over))
        while len(self._seen) > 2 and self._seen[0][0] < at - SPAN:
            self._seen.popleft()

    def forget(self) -> None:
        """Begin anew, as after a pause."""
        self._seen.clear()

    @property
    def rate(self) -> float:
        """Changes a second; 0 while it is not known."""
        if len(self._seen) < 2:
            return 0.0
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began).total_seconds() if ended - began >= LEAST else 0.0

    def left(self, number: int) -> timedelta | None:
        """Return how long `number` more changes take; None while that is not known."""
        return timedelta(seconds=number / self.rate) if self.rate else None
