"""Understand when a link should end, said the way people say it.

The grammar is small, fixed and English, so that a phrase means the same everywhere:

    never · now · 90s · 36h · 1h30m · 7d · 2w · 3mo · 1y · P3D · PT12H       from now
    +7d                                       from the link's present end (from now if it has none)
    17:00 · today 17:00 · tomorrow · tomorrow 9am · fri · fri 17:00 · friday 5pm
    2026-12-01 · 2026-12-01 14:30 · 2026-12-01T14:30:00Z · 1 dec · dec 1 2027 · end of month

A day without a time ends with that day, at 23:59:59 in the given zone.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from linktui.model.errors import InvalidInput

EXAMPLES = "7d, 36h, fri 17:00, 2026-12-01 or never"
END_OF_DAY = time(23, 59, 59)

_UNITS = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "second": "seconds", "seconds": "seconds",
    "m": "minutes", "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes",
    "h": "hours", "hr": "hours", "hrs": "hours", "hour": "hours", "hours": "hours",
    "d": "days", "day": "days", "days": "days",
    "w": "weeks", "week": "weeks", "weeks": "weeks",
    "mo": "months", "month": "months", "months": "months",
    "y": "years", "yr": "years", "year": "years", "years": "years",
}  # fmt: skip
_PART = re.compile(r"(\d+)\s*([a-z]+)[\s,]*")
_ISO_DURATION = re.compile(
    r"p(?:(?P<years>\d+)y)?(?:(?P<months>\d+)m)?(?:(?P<weeks>\d+)w)?(?:(?P<days>\d+)d)?"
    r"(?:t(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?)?"
)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*(am|pm)?")
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {name[:3]: number for name, number in _WEEKDAYS.items()}
_WEEKDAYS |= {"tues": 1, "thur": 3, "thurs": 3}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}


def parse_expiry(
    text: str,
    *,
    now: datetime,
    zone: tzinfo | None = None,
    current: datetime | None = None,
) -> datetime | None:
    """Return the moment `text` means, in UTC with whole seconds, or None for never.

    `zone` is the reader's time zone (the system's by default); `current` is the end the link has
    now, which `+7d` counts from. Raises InvalidInput for what it does not understand and for a
    moment that is over. "now" is the one past-looking answer allowed: it is `now` itself.
    """
    words = " ".join(text.strip().lower().split())
    if not words:
        raise InvalidInput("expiry", f"is empty; write {EXAMPLES}")
    if words in {"never", "none", "no"}:
        return None
    if words == "now":
        return now.astimezone(UTC).replace(microsecond=0)
    moment = moment_of(words, now=now, zone=zone, current=current)
    if moment <= now:
        raise InvalidInput("expiry", f"“{words}” is in the past; write a later moment, or “now”")
    return moment


def moment_of(
    words: str, *, now: datetime, zone: tzinfo | None = None, current: datetime | None = None
) -> datetime:
    """Return the moment of a phrase as `parse_expiry` does, be it over or not; raises InvalidInput."""
    try:
        moment = _moment(words, now.astimezone(zone), current)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError) as error:
        raise InvalidInput("expiry", f"“{words}” is no date that exists; write {EXAMPLES}") from error


def parse_duration(text: str) -> timedelta:
    """Return a length of time such as `7d`, `1h30m` or `P3D`; a month is 30 days, a year 365.

    Raises InvalidInput for what is no duration or not longer than nothing.
    """
    words = text.strip().lower().removeprefix("+")
    amounts = _amounts(words)
    if amounts is None:
        raise InvalidInput("duration", f"“{words}” is no length of time; write 90s, 36h, 7d or 2w")
    days = amounts.pop("months", 0) * 30 + amounts.pop("years", 0) * 365
    try:
        length = timedelta(**amounts) + timedelta(days=days)
    except OverflowError as error:
        raise InvalidInput("duration", f"“{words}” is longer than a calendar holds") from error
    if length <= timedelta(0):
        raise InvalidInput("duration", "has to be longer than nothing")
    return length


def _moment(words: str, now: datetime, current: datetime | None) -> datetime:
    if words.startswith(("+", "in ")):
        relative = words.startswith("+")
        amounts = _amounts(words.removeprefix("+").removeprefix("in ").strip())
        if amounts is not None:
            start = current if relative and current is not None and current > now else now
            return _shift(start.astimezone(now.tzinfo), amounts)
    elif (amounts := _amounts(words)) is not None:
        return _shift(now, amounts)
    elif (absolute := _iso_moment(words, now)) is not None:
        return absolute
    elif (day_and_time := _day_and_time(words, now)) is not None:
        return day_and_time
    raise InvalidInput("expiry", f"“{words}” is not understood; write {EXAMPLES}")


def _amounts(words: str) -> dict[str, int] | None:
    """Return units and their amounts in `1h30m`, `2 weeks` or `P3DT4H`; None for anything else."""
    iso = _ISO_DURATION.fullmatch(words)
    if iso:
        return {unit: int(amount) for unit, amount in iso.groupdict().items() if amount} or None
    amounts: dict[str, int] = {}
    at = 0
    while at < len(words):
        part = _PART.match(words, at)
        unit = _UNITS.get(part[2]) if part else None
        if part is None or unit is None or unit in amounts:
            return None
        amounts[unit] = int(part[1])
        at = part.end()
    return amounts or None


def _shift(start: datetime, amounts: dict[str, int]) -> datetime:
    """Add calendar months and years by the calendar and the rest by the clock, across DST too."""
    exact = {unit: amounts[unit] for unit in ("seconds", "minutes", "hours") if unit in amounts}
    months = amounts.get("months", 0) + 12 * amounts.get("years", 0)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    moved = start.replace(year=year, month=month + 1, day=day)
    moved += timedelta(days=amounts.get("days", 0), weeks=amounts.get("weeks", 0))
    return (moved.astimezone(UTC) + timedelta(**exact)).astimezone(start.tzinfo)


def _iso_moment(words: str, now: datetime) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}", words):
        return None
    if len(words) == len("2026-12-01"):
        return _at(date.fromisoformat(words), END_OF_DAY, now)
    moment = datetime.fromisoformat(words.upper())
    return moment if moment.tzinfo else _at(moment.date(), moment.time(), now)


def _day_and_time(words: str, now: datetime) -> datetime | None:
    """Read `fri 17:00`, `tomorrow`, `1 dec 9am`, `17:00` and their like."""
    if words in {"end of month", "eom"}:
        last = calendar.monthrange(now.year, now.month)[1]
        return _at(now.date().replace(day=last), END_OF_DAY, now)
    tokens = words.replace(",", " ").replace(" at ", " ").split()
    clock = _clock_of(tokens[-1]) if len(tokens[-1:]) and not tokens[-1].isdigit() else None
    if clock is not None:
        tokens.pop()
    if not tokens:
        if clock is None:  # nothing but commas
            return None
        moment = _at(now.date(), clock, now)
        return moment if moment > now else _at(now.date() + timedelta(days=1), clock, now)
    day = _day_of(tokens, now, clock or END_OF_DAY)
    return None if day is None else _at(day, clock or END_OF_DAY, now)


def _clock_of(token: str) -> time | None:
    named = {"noon": time(12), "midnight": time(23, 59, 59)}
    if token in named:
        return named[token]
    match = _CLOCK.fullmatch(token)
    if match is None or not (match[2] or match[4]):
        return None
    hour = int(match[1])
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "pm" else 0)
    return time(hour, int(match[2] or 0), int(match[3] or 0))


def _day_of(tokens: list[str], now: datetime, clock: time) -> date | None:
    today = now.date()
    match tokens:
        case ["today"]:
            return today
        case ["tomorrow"]:
            return today + timedelta(days=1)
        case ["next", weekday] | [weekday] if weekday in _WEEKDAYS:
            ahead = (_WEEKDAYS[weekday] - today.weekday()) % 7
            over = _at(today + timedelta(days=ahead), clock, now) <= now
            return today + timedelta(days=ahead + (7 if over else 0))
        case [day, month, *year] if month in _MONTHS and day.isdigit():
            return _named_day(int(day), _MONTHS[month], year, today)
        case [month, day, *year] if month in _MONTHS and day.isdigit():
            return _named_day(int(day), _MONTHS[month], year, today)
        case _:
            return None


def _named_day(day: int, month: int, year: list[str], today: date) -> date | None:
    if year:
        return date(int(year[0]), month, day) if len(year) == 1 and year[0].isdigit() else None
    named = date(today.year, month, day)
    return named if named >= today else date(today.year + 1, month, day)


def _at(day: date, clock: time, now: datetime) -> datetime:
    # A system zone read through astimezone() is a fixed offset: ask again for the day meant.
    if now.tzinfo is not None and now.tzinfo == now.astimezone().tzinfo:
        return datetime.combine(day, clock).astimezone()
    return datetime.combine(day, clock, tzinfo=now.tzinfo)
