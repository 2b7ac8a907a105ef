"""A calendar of links' ends is one that RFC 5545 describes, and holds no address unless it is asked to."""

from __future__ import annotations

from datetime import timedelta

from linktui.model.link import Link, LinkedFile
from linktui.model.saving import Saving
from linktui.services.calendar import calendar_of
from tests.fakes import NOON, Clock, FakeProvider

HOUR = timedelta(hours=1)
Event = dict[str, str]


def link(**fields: object) -> Link:
    return FakeProvider(Clock()).seed_link(**{"expires_at": NOON + timedelta(days=2)} | fields)


def read(text: str) -> list[Event]:
    """Read a calendar back by the RFC: lines, folding, nesting, escapes."""
    assert text.endswith("\r\n")
    raw = text.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in raw)
    lines: list[str] = []
    for line in raw:
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0", "PRODID:-//linktui//links//EN"} <= set(lines[1:5])
    events: list[Event] = []
    within: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            within.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert within.pop() == value
        elif "VEVENT" in within:
            key = f"alarm {name}" if within[-1] == "VALARM" else name
            assert key not in events[-1], key
            events[-1][key] = plain(value)
    assert not within
    return events


def plain(value: str) -> str:
    for escaped, sign in (("\\\\", "\0"), ("\\n", "\n"), ("\\;", ";"), ("\\,", ","), ("\0", "\\")):
        value = value.replace(escaped, sign)
    return value


def test_an_event_says_when_a_link_ends_and_what_is_lost_then() -> None:
    one = link(name="q3; sales, “größe” \\ 報告 " * 4 + "end.pdf", files=(LinkedFile("f", "a,b.pdf", 1200),))
    [event] = read(calendar_of([(one, Saving.UNTIL_END)], now=NOON, ahead=HOUR))
    assert event["SUMMARY"] == f"Link ends: {one.name}"
    assert (event["DTSTAMP"], event["DTSTART"]) == ("20261121T120000Z", "20261123T120000Z")
    assert event["DESCRIPTION"].splitlines() == [
        "Download link l_1 at local", "Afterwards: final at its end", "Downloads: 0", "a,b.pdf (1.2 kB)",
    ]  # fmt: skip
    assert (event["alarm ACTION"], event["alarm TRIGGER"]) == ("DISPLAY", "-PT3600S")


def test_an_event_is_known_again_and_tells_no_address() -> None:
    one = link()
    text = calendar_of([(one, Saving.ALWAYS)], now=NOON, ahead=timedelta(0))
    later = calendar_of([(one, Saving.ALWAYS)], now=NOON + HOUR, ahead=timedelta(0), with_urls=True)
    assert one.url not in text
    assert "VALARM" not in text
    [before], [after] = read(text), read(later)
    assert before["UID"] == after["UID"]
    assert after["URL"] == one.url
    assert read(calendar_of([(link(expires_at=None), Saving.NEVER)], now=NOON, ahead=HOUR)) == []


def test_what_a_name_holds_begins_no_line_of_its_own() -> None:
    [event] = read(calendar_of([(link(name="a\r\nATTENDEE:x\x1b[2J"), Saving.ALWAYS)], now=NOON, ahead=HOUR))
    assert "ATTENDEE" not in event
    assert "\x1b" not in event["SUMMARY"]
