"""A token bucket: no more calls a second than a service allows, and fewer when it says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SLOWEST = 0.05
"""The least share of the allowed rate that is kept after many complaints."""
RECOVERY = 1.05
"""By how much each call that went well brings the rate back."""
LONGEST_TURN = 5.0
"""Seconds between two calls at a share, at most: a page may take many, and it has a time to come in."""

_share: ContextVar[float] = ContextVar("share", default=1.0)


@contextmanager
def at_share(share: float) -> Iterator[None]:
    """Have the calls made in here take no more than a share of their account's rate: others come first."""
    token = _share.set(share)
    try:
        yield
    finally:
        _share.reset(token)


def share_now() -> float:
    """Return the share that calls made here may take."""
    return _share.get()


class Bucket:
    """One account's allowance at one service."""

    def __init__(
        self, rate: float, *, now: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """`rate` is calls a second, `now` seconds of a clock that never goes back."""
        self._rate = rate
        self._share = 1.0
        self._now = now
        self._sleep = sleep
        self._next = 0.0
        self._next_at_share = 0.0

    async def take(self) -> None:
        """Wait for the next call's turn."""
        if share_now() < 1.0:
            await self._wait_behind_others(share_now())
        now = self._now()
        burst = 1.0  # a second's worth may go at once
        start = max(self._next, now - burst)
        self._next = start + 1.0 / (self._rate * self._share)
        if start > now:
            await self._sleep(start - now)

    async def _wait_behind_others(self, share: float) -> None:
        """Wait for a turn among the calls that may take only a share; none of those goes ahead at once."""
        now = self._now()
        start = max(self._next_at_share, now)
        pause = 1.0 / (self._rate * self._share)
        self._next_at_share = start + max(pause, min(pause / share, LONGEST_TURN))
        if start > now:
            await self._sleep(start - now)

    def complain(self, seconds: float) -> None:
        """Note that the service asks for fewer calls, and for none in the next `seconds`."""
        self._share = max(SLOWEST, self._share / 2)
        self._next = max(self._next, self._now() + seconds)

    def went_well(self) -> None:
        """Come back, call by call, to the allowed rate."""
        self._share = min(1.0, self._share * RECOVERY)
