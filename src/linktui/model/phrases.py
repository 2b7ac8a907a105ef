"""Sizes, rates, moments and time left as short words, the same on every screen and in every table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from linktui.model.link import LinkState

NEVER = "never"

STATE_SIGNS = {
    LinkState.ACTIVE: "●",
    LinkState.EXPIRING: "◐",
    LinkState.EXPIRED: "○",
    LinkState.EXHAUSTED: "◌",
    LinkState.REVOKED: "✕",
    LinkState.GONE: "–",
}
"""A sign for each state, always shown beside its word: state is never colour alone."""

_DAY = 86_400
_HOUR = timedelta(hours=1)


def size_text(size: int | None) -> str:
    """Return bytes as `0 B`, `731 B`, `1.2 MB` or `4 GB` (powers of 1000); empty for None."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    units = ("kB", "MB", "GB", "TB", "PB")
    value, step = size / 1000, 0
    while value >= 999.5 and step < len(units) - 1:
        value, step = value / 1000, step + 1
    digits = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return f"{digits.removesuffix('.0')} {units[step]}"


def rate_text(rate: float) -> str:
    """Return bytes a second as `1.2 MB/s`; empty when nothing moves."""
    return f"{size_text(round(rate))}/s" if rate >= 1 else ""


def length_text(length: timedelta) -> str:
    """Return a length of time in its two largest units: `6d 4h`, `5h 12m`, `12m 05s`, `42s`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds >= _DAY:
        return f"{seconds // _DAY}d {seconds % _DAY // 3600}h"
    if seconds >= 3600:
        return f"{seconds // 3600}h {seconds % 3600 // 60:02d}m"
    if seconds >= 60:
        return f"{seconds // 60}m {seconds % 60:02d}s"
    return f"{seconds}s"


def left_text(expires_at: datetime | None, now: datetime, *, coarse: bool = False) -> str:
    """Return the time left until `expires_at`; `never` for None and `0s` once it is over.

    A `coarse` one leaves the seconds out but of the last minute, which goes by in steps of ten: `12m`, `40s`.
    """
    if expires_at is None:
        return NEVER
    left = expires_at - now
    if not coarse or left >= _HOUR:
        return length_text(left)
    seconds = max(0, int(left.total_seconds()))
    return f"{seconds // 60}m" if seconds >= 60 else f"{seconds // 10 * 10 or seconds}s"


def seconds_to_change(expires_at: datetime | None, now: datetime, *, coarse: bool = False) -> float | None:
    """Return the seconds until `left_text` reads differently; None if it never will."""
    if expires_at is None or expires_at <= now:
        return None
    left = (expires_at - now).total_seconds()
    short = (60 if left > 60 else 10 if left > 10 else 1) if coarse else 1
    step = 3600 if left > _DAY else 60 if left > 3600 else short
    # A whole step reads as itself and changes with the next instant; a hair more makes sure it has.
    return left % step + 0.001


def tags_text(tags: Mapping[str, str | None]) -> str:
    """Return tags that are set, and those taken away (None), on one line: `order=42 -old`."""
    return " ".join(f"-{key}" if value is None else f"{key}={value}" for key, value in tags.items())


def ago_text(moment: datetime, now: datetime) -> str:
    """Return how long ago something was, as `just now` or `3h 05m ago`."""
    past = now - moment
    return "just now" if past < timedelta(seconds=5) else f"{length_text(past)} ago"


def moment_text(moment: datetime | None, zone: tzinfo | None = None) -> str:
    """Return a moment in a zone (the reader's own by default) with weekday, time and the zone itself."""
    if moment is None:
        return NEVER
    local = moment.astimezone(zone)
    return f"{local:%a %Y-%m-%d %H:%M:%S} ({zone_text(local)})"


def zone_text(local: datetime) -> str:
    """Return the zone of a moment as `CET, UTC+01:00`, or its offset alone where it has no name."""
    offset = local.strftime("%z")
    name = local.tzname() or ""
    shown = f"UTC{offset[:3]}:{offset[3:]}" if offset.strip("+-0") else "UTC"
    return f"{name}, {shown}" if name and name[0].isalpha() and name != "UTC" else shown


def brief_moment(moment: datetime | None, now: datetime, *, weekday: bool = True) -> str:
    """Return a moment as `Fri 27 Nov 17:00` in the reader's zone, with the year where it is not this one."""
    if moment is None:
        return NEVER
    local = moment.astimezone()
    day = f"{local:%a} " if weekday else ""
    year = "" if local.year == now.astimezone().year else f" {local.year}"
    return f"{day}{local.day} {local:%b}{year} {local:%H:%M}"


def as_of_text(moment: datetime, now: datetime) -> str:
    """Return when a look was, as `14:03`, with the day where it was not this one: `20 Nov 14:03`."""
    local = moment.astimezone()
    same = local.date() == now.astimezone().date()
    return f"{local:%H:%M}" if same else brief_moment(moment, now, weekday=False)


def day_text(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment as `2026-12-01 17:00` in a zone (the reader's own by default), for a column."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
