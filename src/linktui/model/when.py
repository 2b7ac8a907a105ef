"""Times that a filter names: as far from now as it says, or by the calendar; each is a span, read anew.

A span is from its first moment up to, and without, its last: a day is 24 hours (23 or 25 twice a year),
`14:30` a minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from linktui.model.errors import InvalidInput
from linktui.model.expiry import END_OF_DAY, moment_of

STEP = timedelta(milliseconds=1)
"""The smallest step of a moment that is kept."""

Span = tuple[datetime, datetime]

_SECONDS = re.compile(r"\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A length of time after now."""

    length: timedelta

    def span(self, now: datetime) -> Span:
        """Return the moment."""
        return now + self.length, now + self.length + STEP


@dataclass(frozen=True, slots=True)
class Ago:
    """A length of time before now."""

    length: timedelta

    def span(self, now: datetime) -> Span:
        """Return the moment."""
        return now - self.length, now - self.length + STEP


@dataclass(frozen=True, slots=True)
class ByCalendar:
    """A day, or a minute of it, such as `2026-12-01`, `today`, `yesterday` or `fri 17:00`, in a zone."""

    phrase: str
    zone: tzinfo | None = None
    """The system's when None."""

    def span(self, now: datetime) -> Span | None:
        """Return the day or minute; None where the calendar has none, as for Feb 29 this year."""
        back = timedelta(days=1 if self.phrase == "yesterday" else 0)
        phrase = "today" if back else self.phrase
        try:
            moment = moment_of(phrase, now=now, zone=self.zone).astimezone(self.zone)
            if moment.time() != END_OF_DAY:
                step = timedelta(seconds=1 if _SECONDS.search(phrase) else 60)
                return moment.astimezone(UTC), moment.astimezone(UTC) + step
            day = moment.date() - back
            return midnight(day, self.zone), midnight(day + timedelta(days=1), self.zone)
        except (InvalidInput, OverflowError, ValueError):
            return None


When = Ahead | Ago | ByCalendar


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """Return when a day begins in a zone (the system's when None), in UTC."""
    begins = datetime.combine(day, time())
    return (begins.replace(tzinfo=zone) if zone is not None else begins.astimezone()).astimezone(UTC)
