"""Links' ends as a calendar that any program for appointments reads (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from linktui.model.link import Link
from linktui.model.phrases import size_text
from linktui.model.saving import Saving, saving_words
from linktui.model.text import clean

LINE = 75
"""Octets of a line at most, its end not counted (RFC 5545 3.1)."""


def calendar_of(
    links: Iterable[tuple[Link, Saving]], *, now: datetime, ahead: timedelta, with_urls: bool = False
) -> str:
    """Return one calendar with an event at the end of each link that ends.

    `ahead` is how long before it an alarm goes off (none for no time at all). An address is a secret, so
    that only `with_urls` puts it in.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//linktui//links//EN", "CALSCALE:GREGORIAN"]
    for link, saving in links:
        lines += _event(link, saving, now=now, ahead=ahead, with_urls=with_urls)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(link: Link, saving: Saving, *, now: datetime, ahead: timedelta, with_urls: bool) -> Iterator[str]:
    if link.expires_at is None:
        return
    title = f"Link ends: {clean(link.name)}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(link)}"
    yield f"DTSTAMP:{_moment(now)}"
    yield f"DTSTART:{_moment(link.expires_at)}"
    yield f"SUMMARY:{_text(title)}"
    yield f"DESCRIPTION:{_text(_description(link, saving, now))}"
    yield f"CATEGORIES:linktui,{_text(clean(link.account))}"
    yield "TRANSP:TRANSPARENT"  # it takes nobody's time
    if with_urls:
        yield f"URL:{clean(link.url)}"
    if ahead:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:-PT{round(ahead.total_seconds())}S"
        yield f"DESCRIPTION:{_text(title)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _description(link: Link, saving: Saving, now: datetime) -> str:
    files = [
        f"{clean(file.name)}{f' ({size_text(file.size)})' if file.size is not None else ''}"
        for file in link.files
    ]
    counted = "" if link.downloads is None else f"Downloads: {link.downloads}"
    return "\n".join(
        line
        for line in (
            f"{link.kind.value.capitalize()} link {clean(link.id)} at {clean(link.account)}",
            f"Afterwards: {saving_words(link, saving, now)}",
            counted,
            *files,
        )
        if line
    )


def _uid(link: Link) -> str:
    """Return what the event is known by: the same each time, and no address can be made of it."""
    return f"{sha256(f'{link.account}/{link.id}'.encode()).hexdigest()[:32]}@linktui"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return a text as a value (RFC 5545 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, each but the first behind a space, no character cut."""
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LINE:
            yield piece
            piece, size = " ", 1
        piece += char
        size += octets
    yield piece
