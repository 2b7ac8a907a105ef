"""Slow down whoever guesses passwords: per address and link, the wait doubles with each wrong one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from linktui.linkserver.errors import Refusal

FREE = 5
"""Wrong passwords before the first wait."""
LONGEST = timedelta(minutes=15)
REMEMBERED = 10_000
"""Guessers remembered at once; the oldest are forgotten first."""


@dataclass(slots=True)
class _Guesses:
    wrong: int = 0
    blocked_until: datetime | None = None


class Throttle:
    """Counts wrong passwords in memory."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._guesses: OrderedDict[tuple[str, str], _Guesses] = OrderedDict()

    def check(self, address: str, link_id: str) -> None:
        """Raise a 429 Refusal while this address has to wait for this link."""
        guesses = self._guesses.get((address, link_id))
        if guesses is None or guesses.blocked_until is None:
            return
        left = (guesses.blocked_until - self._clock()).total_seconds()
        if left > 0:
            wait = str(int(left) + 1)
            raise Refusal(
                429,
                "too_many_guesses",
                f"Too many wrong passwords: try again in {wait} seconds.",
                headers={"Retry-After": wait},
            )

    def wrong(self, address: str, link_id: str) -> None:
        """Remember one wrong password."""
        guesses = self._guesses.setdefault((address, link_id), _Guesses())
        self._guesses.move_to_end((address, link_id))
        guesses.wrong += 1
        over = guesses.wrong - FREE
        if over >= 0:
            guesses.blocked_until = self._clock() + min(LONGEST, timedelta(seconds=2 ** min(over, 10)))
        while len(self._guesses) > REMEMBERED:
            self._guesses.popitem(last=False)

    def right(self, address: str, link_id: str) -> None:
        """Forget the wrong ones after the right one."""
        self._guesses.pop((address, link_id), None)
