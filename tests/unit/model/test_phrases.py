"""Sizes, rates and times read the same everywhere, and change only when told."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.phrases import (
    ago_text,
    left_text,
    length_text,
    moment_text,
    rate_text,
    seconds_to_change,
    size_text,
)
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, ""), (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1234, "1.2 kB"), (999_499, "999 kB"),
     (999_500, "1 MB"), (84_200_000, "84 MB"), (4 * 10**9, "4 GB"), (10**18, "1000 PB")],
)  # fmt: skip
def test_a_size_has_at_most_three_digits(size: int | None, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0s"), (42, "42s"), (60, "1m 00s"), (3599, "59m 59s"), (3600, "1h 00m"), (86_400, "1d 0h")],
)
def test_a_length_shows_its_two_largest_units(seconds: int, text: str) -> None:
    assert length_text(timedelta(seconds=seconds)) == text


@given(seconds=st.integers(1, 10**7))
def test_time_left_reads_the_same_until_it_is_said_to_change(seconds: int) -> None:
    end = NOON + timedelta(seconds=seconds + 0.5)  # no timer ever fires on the very instant
    wait = seconds_to_change(end, NOON)
    assert wait is not None
    assert left_text(end, NOON + timedelta(seconds=wait + 1)) != left_text(end, NOON)
    assert left_text(end, NOON + timedelta(seconds=max(0.0, wait - 1))) == left_text(end, NOON)


def test_what_never_ends_never_reads_differently() -> None:
    assert left_text(None, NOON) == "never"
    assert seconds_to_change(None, NOON) is None
    assert seconds_to_change(NOON, NOON) is None


def test_nothing_moves_at_no_rate() -> None:
    assert (rate_text(0.4), rate_text(1_200_000)) == ("", "1.2 MB/s")


def test_the_past_is_told_in_words() -> None:
    assert ago_text(NOON, NOON + timedelta(seconds=3)) == "just now"
    assert ago_text(NOON, NOON + timedelta(hours=3, minutes=5)) == "3h 05m ago"


def test_a_moment_names_its_zone() -> None:
    assert moment_text(NOON, ZoneInfo("Europe/Berlin")) == "Sat 2026-11-21 13:00:00 (CET, UTC+01:00)"
    assert moment_text(NOON, ZoneInfo("UTC")) == "Sat 2026-11-21 12:00:00 (UTC)"
    assert moment_text(None) == "never"
