"""Moments as the catalogue keeps them (milliseconds since 1970 UTC) and as JSON tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DOUBTED = timedelta(days=1)
LAST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""


class Onward:
    """A clock that cannot be set back, so that what has expired stays so.

    Set back by more than `_DOUBTED` it is believed: then it was wrong before, and not now.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._latest = clock()

    def __call__(self) -> datetime:
        """Return the moment, never before the last one."""
        now = self._clock()
        if not self._latest - _DOUBTED <= now < self._latest:
            self._latest = now
        return self._latest


def to_ms(moment: datetime) -> int:
    """Return milliseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """Return the moment, in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


def iso(ms: int | None) -> str | None:
    """Return ISO 8601 in UTC with milliseconds, or null."""
    if ms is None:
        return None
    return from_ms(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_date(ms: int) -> str:
    """Return the moment as HTTP headers tell it (RFC 9110 section 5.6.7)."""
    return format_datetime(from_ms(ms), usegmt=True)
