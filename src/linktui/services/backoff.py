"""How long to wait before the next try: full jitter, growing from a second to five minutes.

https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

from __future__ import annotations

import random

FIRST = 1.0
LONGEST = 300.0


def delay(attempts: int, *, retry_after: float | None = None) -> float:
    """Return seconds to wait after `attempts` failures in a row (1 or more).

    What the service asked for is the least waited.
    """
    ceiling = min(LONGEST, FIRST * 2.0 ** min(attempts, 20))
    jittered = random.uniform(FIRST, max(FIRST, ceiling))  # noqa: S311 - spread, not secrecy
    return max(jittered, retry_after or 0.0)
