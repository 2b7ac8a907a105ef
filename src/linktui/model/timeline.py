"""The time ahead in pieces that people think in: the next hour, today, tomorrow, this week and on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from linktui.model.filter import parse_filter
from linktui.model.link import LinkState
from linktui.model.query import LinkQuery, LinkSort
from linktui.model.when import midnight

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURS = 24
"""Hours that the picture of the next day has, the present one first."""
DAYS = 35
"""Days that the picture of the next weeks has, today first."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of time, from its first moment up to, and without, its last; None for both is never."""

    name: str
    begins: datetime | None
    ends: datetime | None
    """None where it has no end."""
    filter: str
    """What finds, in the list of links, those that end then."""

    @property
    def is_past(self) -> bool:
        """Whether it is what ended today already."""
        return self.name == PAST


PAST = "past due today"
LATER = "later"
NEVER = "never"


def spans(now: datetime, zone: tzinfo | None = None) -> tuple[Span, ...]:
    """Return what ended today, then the time ahead without a gap, and at last never.

    Days and weeks are those of the reader's zone, the system's when None; a week begins on Monday. A piece
    that has no time left is not there: on a Sunday no “this week” follows tomorrow.
    """
    today = now.astimezone(zone).date()
    soon = now + HOUR
    monday = today + timedelta(days=7 - today.weekday())
    month, month_after = _first_of_next(today), _first_of_next(_first_of_next(today))
    marks = (
        ("today", today + DAY),
        ("tomorrow", today + 2 * DAY),
        ("this week", monday),
        ("next week", monday + timedelta(days=7)),
        ("this month", month),
        ("next month", month_after),
    )
    found = [
        Span(PAST, midnight(today, zone), now, "state:expired expires:today"),
        Span("next hour", now, soon, "expires<1h"),
    ]
    begins, since = soon, "expires>=1h"
    for name, last in marks:
        ends = midnight(last, zone)
        if ends > begins:
            found.append(Span(name, begins, ends, f"{since} expires<{last}"))
            begins, since = ends, f"expires>={last}"
    return (
        *found,
        Span(LATER, begins, None, f"{since} has:expiry"),
        Span(NEVER, None, None, "expires:never"),
    )


def query_of(span: Span, query: LinkQuery) -> LinkQuery:
    """Return the query for those links of another one that end in a span: first those that do soonest.

    Of those that are over it is those that ended last. `query` shows what is alive.
    """
    if span.is_past:
        ended = frozenset({LinkState.EXPIRED})
        return replace(query, states=ended, ends_from=span.begins, sort=LinkSort.EXPIRES, descending=True)
    never = span.begins is None
    kept = query.filter.also(parse_filter("expires:never" if never else "has:expiry"))
    return replace(
        query,
        filter=kept if never or span.ends is None else query.filter,
        ends_from=span.begins,
        ends_before=span.ends,
        sort=LinkSort.EXPIRES,
        descending=never,
    )


def hours(now: datetime, zone: tzinfo | None = None) -> tuple[datetime, ...]:
    """Return when each of the next hours begins by the clock, the present one first, and the last ends."""
    first = now.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return tuple(first + number * HOUR for number in range(HOURS + 1))


def days(now: datetime, zone: tzinfo | None = None) -> tuple[datetime, ...]:
    """Return when each of the next days begins, today first, and the last ends."""
    today = now.astimezone(zone).date()
    return tuple(midnight(today + number * DAY, zone) for number in range(DAYS + 1))


def _first_of_next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
