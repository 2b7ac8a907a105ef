"""How far one running upload is and how fast: numbers in memory, written out now and then."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

WINDOW = 5.0
"""Seconds over which the rate is taken."""


class Progress:
    """Bytes confirmed, bytes sent and the rate of one upload."""

    def __init__(self, *, confirmed: int, now: Callable[[], float]) -> None:
        self.confirmed = confirmed
        self.sent = confirmed
        self.grew = False
        """Whether the service confirmed anything since this began."""
        self._now = now
        self._samples: deque[tuple[float, int]] = deque([(now(), confirmed)])

    def restart(self, offset: int) -> None:
        """Go on from what the service has."""
        if offset < self.sent:
            self._samples = deque([(self._now(), offset)])
        self.confirmed = self.sent = offset

    def add(self, size: int) -> None:
        """Note bytes handed to the network."""
        self.sent += size
        now = self._now()
        if now - self._samples[-1][0] >= 0.05:
            self._samples.append((now, self.sent))
        while len(self._samples) > 2 and now - self._samples[0][0] > WINDOW:
            self._samples.popleft()

    def confirm(self, offset: int) -> None:
        """Note what the service says it has."""
        self.grew = self.grew or offset > self.confirmed
        self.confirmed = offset

    @property
    def rate(self) -> float:
        """Bytes a second over the last few seconds; 0 before anybody can say."""
        (began, first), (ended, last) = self._samples[0], self._samples[-1]
        return (last - first) / (ended - began) if ended > began else 0.0
