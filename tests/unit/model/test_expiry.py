"""A phrase means the same moment everywhere, across months, years and changes of the clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.errors import InvalidInput
from linktui.model.expiry import parse_duration, parse_expiry

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(text: str, *, now: datetime = SATURDAY, current: datetime | None = None) -> str:
    moment = parse_expiry(text, now=now, zone=BERLIN, current=current)
    assert moment is not None
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", "2026-11-21T12:01:30"),
        ("1h30m", "2026-11-21T13:30:00"),
        ("7d", "2026-11-28T12:00:00"),
        ("2 weeks", "2026-12-05T12:00:00"),
        ("3mo", "2027-02-21T12:00:00"),
        ("1y", "2027-11-21T12:00:00"),
        ("P3DT12H", "2026-11-25T00:00:00"),
        ("in 2 hours", "2026-11-21T14:00:00"),
        ("17:00", "2026-11-21T16:00:00"),
        ("9am", "2026-11-22T08:00:00"),
        ("tomorrow", "2026-11-22T22:59:59"),
        ("tomorrow 9am", "2026-11-22T08:00:00"),
        ("fri 17:00", "2026-11-27T16:00:00"),
        ("sat 14:00", "2026-11-21T13:00:00"),
        ("sat 11:00", "2026-11-28T10:00:00"),
        ("2026-12-01", "2026-12-01T22:59:59"),
        ("2026-12-01 14:30", "2026-12-01T13:30:00"),
        ("2026-12-01T14:30:00Z", "2026-12-01T14:30:00"),
        ("1 dec", "2026-12-01T22:59:59"),
        ("dec 1 2027", "2027-12-01T22:59:59"),
        ("1 nov", "2027-11-01T22:59:59"),
        ("end of month", "2026-11-30T22:59:59"),
        ("  FRI   17:00 ", "2026-11-27T16:00:00"),
    ],
)
def test_a_phrase_means_one_moment(text: str, moment: str) -> None:
    assert at(text) == moment


@pytest.mark.parametrize("text", ["never", "none", "NEVER "])
def test_never_is_no_moment(text: str) -> None:
    assert parse_expiry(text, now=SATURDAY) is None


@pytest.mark.parametrize(
    "text", ["", ",", "soon", "7", "7x", "-7d", "0s", "2026-02-30", "31 feb", "yesterday", "2020-01-01",
             "25:00", "13pm", "99999999999d", "fri fri", "1h1h", "2026-13-01", "today 11:00"]
)  # fmt: skip
def test_what_means_nothing_or_is_over_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_expiry(text, now=SATURDAY, zone=BERLIN)


def test_now_is_now() -> None:
    assert at("now") == "2026-11-21T12:00:00"


def test_a_plus_counts_from_the_present_end_unless_that_is_over() -> None:
    assert at("+7d", current=SATURDAY + timedelta(days=3)) == "2026-12-01T12:00:00"
    assert at("+7d", current=SATURDAY - timedelta(days=3)) == "2026-11-28T12:00:00"
    assert at("+7d", current=None) == "2026-11-28T12:00:00"


def test_a_day_across_a_change_of_the_clock_keeps_the_hour_and_24_hours_do_not() -> None:
    before_spring = datetime(2027, 3, 27, 11, tzinfo=UTC)
    assert at("1d", now=before_spring) == "2027-03-28T10:00:00"
    assert at("24h", now=before_spring) == "2027-03-28T11:00:00"
    before_autumn = datetime(2026, 10, 24, 10, tzinfo=UTC)
    assert at("1d", now=before_autumn) == "2026-10-25T11:00:00"
    assert at("24h", now=before_autumn) == "2026-10-25T10:00:00"


def test_a_named_hour_is_in_the_offset_of_its_own_day() -> None:
    assert at("29 mar 9am", now=datetime(2027, 3, 20, tzinfo=UTC)) == "2027-03-29T07:00:00"


def test_the_last_of_a_month_stays_the_last_of_a_shorter_one() -> None:
    assert at("1mo", now=datetime(2027, 1, 31, 12, tzinfo=UTC)) == "2027-02-28T12:00:00"
    assert at("1y", now=datetime(2028, 2, 29, 12, tzinfo=UTC)) == "2029-02-28T12:00:00"


@given(seconds=st.integers(1, 10**8), passed=st.integers(0, 10**9))
def test_seconds_are_added_exactly_in_any_zone(seconds: int, passed: int) -> None:
    start = SATURDAY + timedelta(seconds=passed)
    assert parse_expiry(f"{seconds}s", now=start, zone=BERLIN) == start + timedelta(seconds=seconds)


@given(text=st.text(max_size=30))
def test_any_text_is_a_later_moment_or_is_refused(text: str) -> None:
    try:
        moment = parse_expiry(text, now=SATURDAY, zone=BERLIN)
    except InvalidInput:
        return
    assert moment is None or moment > SATURDAY or text.strip().lower() == "now"


@given(days=st.integers(1, 3650), hours=st.integers(0, 23), minutes=st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int) -> None:
    expected = timedelta(days=days, hours=hours, minutes=minutes)
    assert parse_duration(f"{days}d{hours}h{minutes}m") == expected


@pytest.mark.parametrize("text", ["", "0d", "d", "7 fortnights", "999999999999y"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_duration(text)


def test_a_moment_without_a_zone_is_by_the_systems_clock_of_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        winter = parse_expiry("2026-12-01 17:00", now=SATURDAY)
        summer = parse_expiry("2027-07-01 17:00", now=SATURDAY)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert winter == datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert summer == datetime(2027, 7, 1, 15, tzinfo=UTC)
