"""The time ahead is cut where people cut it, without a gap, whatever the day and the zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from linktui.model.timeline import days, hours, spans

VIENNA = ZoneInfo("Europe/Vienna")
INDIA = ZoneInfo("Asia/Kolkata")
WEDNESDAY = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NEW_YEARS_EVE = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (WEDNESDAY, "today, tomorrow, this week, next week, this month, next month"),
        (WEDNESDAY + 4 * DAY, "today, tomorrow, next week, this month, next month"),
        (WEDNESDAY + 9 * DAY, "today, tomorrow, this week, next week, next month"),
        (NEW_YEARS_EVE, "tomorrow, this week, next week, next month"),
    ],
)
def test_the_pieces_are_those_that_have_time_left(now: datetime, names: str) -> None:
    pieces = spans(now, VIENNA)
    first, last = [span.name for span in pieces[:2]], [span.name for span in pieces[-2:]]
    assert (first, last) == (["past due today", "next hour"], ["later", "never"])
    assert ", ".join(span.name for span in pieces[2:-2]) == names
    assert all(one.ends == other.begins for one, other in pairwise(pieces[:-1]))
    assert all(span.begins < span.ends for span in pieces if span.begins and span.ends)


def test_a_piece_is_found_by_a_filter() -> None:
    found = {span.name: span.filter for span in spans(WEDNESDAY, VIENNA)}
    assert found["today"] == "expires>=1h expires<2026-11-19"
    assert found["next week"] == "expires>=2026-11-23 expires<2026-11-30"
    assert found["later"] == "expires>=2027-01-01 has:expiry"


def test_hours_and_days_are_the_readers_own() -> None:
    assert hours(WEDNESDAY, INDIA)[0] == WEDNESDAY
    assert hours(WEDNESDAY, VIENNA)[1] == WEDNESDAY.replace(hour=13, minute=0)
    longest = days(datetime(2026, 10, 24, 12, tzinfo=UTC), VIENNA)
    assert [end - begin for begin, end in pairwise(longest[:3])] == [DAY, timedelta(hours=25)]
