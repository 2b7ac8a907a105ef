"""How long to wait before the next try: full jitter, growing from a second to five minutes.

https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

FIRST = 1.0
LONGEST = 300.0
MOST = 3600.0
"""Seconds that a service may ask to be left alone at most."""
LONGEST_WAIT = timedelta(seconds=MOST)


def delay(attempts: int, *, retry_after: float | None = None) -> float:
    """Return seconds to wait after `attempts` failures in a row (1 or more).

    What the service asked for is the least waited, up to an hour.
    """
    ceiling = min(LONGEST, FIRST * 2.0 ** min(attempts, 20))
    jittered = random.uniform(FIRST, max(FIRST, ceiling))  # noqa: S311 - spread, not secrecy
    return max(jittered, min(retry_after or 0.0, MOST))


def is_due(next_at: datetime, now: datetime) -> bool:
    """Tell whether a wait is over: also one longer than any, as after the clock was set back."""
    return not now < next_at <= now + LONGEST_WAIT
