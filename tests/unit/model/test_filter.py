"""A filter is read as it is meant, and what cannot be read is pointed at."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linktui.model.condition import (
    Amount,
    AmountIs,
    Every,
    Final,
    Happens,
    Has,
    HasPair,
    KindIn,
    Not,
    Pairs,
    Sign,
    Some,
    StateIn,
    Text,
    TextIs,
    Thing,
    Word,
)
from linktui.model.errors import FilterError
from linktui.model.filter import ALL, Filter, parse_filter, quote
from linktui.model.fuzzy import fuzzy, may_be_fuzzy
from linktui.model.link import LinkKind, LinkState
from linktui.model.when import Ago
from linktui.model.wording import explain, pointed_at

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VIENNA = ZoneInfo("Europe/Vienna")
A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("a", A),
        ("A b", Every((A, B))),
        ("a AND b", Every((A, B))),
        ("a b OR c", Some((Every((A, B)), C))),
        ("a (b OR c)", Every((A, Some((B, C))))),
        ("-a", Not(A)),
        ("NOT a b", Every((Not(A), B))),
        ("-(a b)", Not(Every((A, B)))),
        ("--a", Not(Not(A))),
        ("a - b", Every((A, Word("-"), B))),
        ('"Q3 report"', Word("q3 report", exact=True)),
        (r'"a \"b\" \\"', Word('a "b" \\', exact=True)),
        ("or and not", Every((Word("or"), Word("and"), Word("not")))),
        ("ORDER", Word("order")),
        ("photo(1).jpg", Word("photo(1).jpg")),
        ("(photo(1).jpg)", Word("photo(1).jpg")),
        ("12:30", Word("12:30")),
        ("state:active", StateIn(frozenset({LinkState.ACTIVE}))),
        ("state!=active", Not(StateIn(frozenset({LinkState.ACTIVE})))),
        ("state:alive", StateIn(frozenset({LinkState.ACTIVE, LinkState.EXPIRING}))),
        (
            "kind:view|upload",
            Some((KindIn(frozenset({LinkKind.VIEW})), KindIn(frozenset({LinkKind.UPLOAD})))),
        ),
        ("account:acme,box", Some((TextIs(Text.ACCOUNT, "acme", True), TextIs(Text.ACCOUNT, "box", True)))),
        ('name:"a b"', TextIs(Text.NAME, "a b", False)),
        ("name=A", TextIs(Text.NAME, "a", True)),
        ("tag.order=42", HasPair(Pairs.TAG, "order", "42", True)),
        ("tag.order:4", HasPair(Pairs.TAG, "order", "4", False)),
        ("tag.a.b=1", HasPair(Pairs.TAG, "a.b", "1", True)),
        ('tag."my key"=1', HasPair(Pairs.TAG, "my key", "1", True)),
        ("tag:order", HasPair(Pairs.TAG, "order")),
        ("option.purpose!=x", Not(HasPair(Pairs.OPTION, "purpose", "x", True))),
        ("has:password", Has(Thing.PASSWORD)),
        ("downloads=0", AmountIs(Amount.DOWNLOADS, Sign.EQUAL, 0)),
        ("limit:none", Not(Has(Thing.LIMIT))),
        ("size>10MB", AmountIs(Amount.SIZE, Sign.ABOVE, 10_000_000)),
        ("size<=1.5KiB", AmountIs(Amount.SIZE, Sign.UP_TO, 1536)),
        ("expires:never", Not(Has(Thing.EXPIRY))),
        ("final:never", Final(Sign.EQUAL, None)),
        ("final<now", Final(Sign.BELOW, Ago(timedelta(0)))),
        ("expires!=never", Not(Not(Has(Thing.EXPIRY)))),
    ],
)
def test_a_filter_says_what_it_means(text: str, root: object) -> None:
    assert parse_filter(text).root == root


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("a stat:active", 2, "“stat” is no field; there are state, expires"),
        ("order=42", 0, "Quotes make it a plain word"),
        ("state.x:active", 0, "no field"),
        ("state:actve", 6, "active, expiring, expired"),
        ("state<active", 5, "write state:"),
        ("state:", 5, "needs a value"),
        ("kind:view|", 9, "needs a value"),
        ("kind:movie", 5, "view, download or upload"),
        ("has:wings", 4, "password, limit, expiry"),
        ("downloads=many", 10, "is no number"),
        ("downloads<3|4", 12, "one value too many"),
        ("size>big", 5, "is no size"),
        ("size>999999999TB", 5, "more than any link has"),
        ("expires<soon", 8, "is no time"),
        ("expires<never", 7, "write expires: or"),
        ("expires:24h", 8, "write expires<24h"),
        ("expires<2026-13-45", 8, "is no time"),
        ("expires<9999y", 8, "thousand years"),
        ("created>fri", 8, "is no age"),
        ("tag.order>3", 9, "does not go"),
        ('a "b', 2, "is not closed"),
        ('a ""', 2, "looks for nothing"),
        ("(a", 0, "is not closed"),
        ("a)", 1, "closes nothing"),
        ("a ()", 2, "holds nothing"),
        ("a OR", 2, "stands between two things"),
        ("OR a", 0, "stands between two things"),
        ("AND a", 0, "stands between two things"),
        ("a AND OR b", 2, "stands between two things"),
        ("a NOT", 2, "stands before"),
        ("-)", 0, "stands before"),
        ("(" * 40 + "a" + ")" * 40, 31, "nested too deeply"),
        ("-" * 5000 + "a", 31, "nested too deeply"),
        ("a " * 201, 400, "longer than 200"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text: str, position: int, word: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert (caught.value.position, caught.value.text) == (position, text)
    assert word in explain(caught.value)


def test_an_error_shows_the_filter_with_a_sign_below_the_character() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter("日本 state:actve")
    assert pointed_at(caught.value) == ("日本 state:actve", "           ^")
    with pytest.raises(FilterError) as caught:
        parse_filter(f"{'x' * 200} (")
    shown, sign = pointed_at(caught.value)
    assert shown[sign.index("^")] == "("
    assert len(shown) <= 76


@given(
    st.text(
        alphabet=st.sampled_from('ab (")-:=<>!|,.\\/0129dhOR\n\tstateINOTAND') | st.characters(), max_size=60
    )
)
@example('tag."')
@example("expires<²d")
@example("expires<" + "9" * 5000 + "d")
@example("size>1e9")
def test_any_text_is_a_filter_or_an_error_within_it(text: str) -> None:
    try:
        assert isinstance(parse_filter(text), Filter)
    except FilterError as error:
        shown, sign = pointed_at(error)
        assert 0 <= error.position < len(text)  # noqa: PT017 - either outcome is right
        assert shown
        assert sign.endswith("^")


FIELD_TEXTS = st.tuples(
    st.sampled_from(["expires", "created", "updated", "size", "downloads", "state", "tag.a", "has"]),
    st.sampled_from([":", "=", "!=", "<", "<=", ">", ">="]),
    st.sampled_from(
        ["24h", "0d", "2026-12-01", "9999-12-31", "0001-01-01", "today", "-7d", "fri", "1 feb", "never"]
    )
    | st.text(st.characters(exclude_characters='"\\'), max_size=20),
).map(lambda parts: f'{parts[0]}{parts[1]}"{parts[2]}"')


@given(FIELD_TEXTS, st.sampled_from([UTC, VIENNA, None]))
def test_any_value_of_a_field_is_read_or_pointed_at_and_never_fails_later(
    text: str, zone: ZoneInfo | None
) -> None:
    try:
        root = parse_filter(text, zone=zone).root
    except FilterError as error:
        assert 0 <= error.position < len(text)  # noqa: PT017 - either outcome is right
        return
    inner = root.part if isinstance(root, Not) else root
    if isinstance(inner, Happens):
        inner.bounds(NOW)


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "a" * 100_000, "-" * 100_000, '"' + "a" * 100_000, "a:" * 50_000]
)
def test_a_long_text_is_read_at_once(text: str) -> None:
    begun = time.monotonic()
    with suppress(FilterError):
        parse_filter(text)
    assert time.monotonic() - begun < 1


@given(st.text(min_size=1).filter(str.strip))
def test_what_is_quoted_is_looked_for_as_it_is(text: str) -> None:
    assert parse_filter(quote(text)).root == Word(text.casefold(), exact=True)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_text_lets_everything_through(text: str) -> None:
    assert parse_filter(text) == ALL


def test_a_filter_knows_whether_it_speaks_of_states() -> None:
    assert parse_filter("a (b OR -state:expired)").mentions_state
    assert not parse_filter('a "state:expired"').mentions_state


def test_two_filters_are_both_asked_and_can_be_written_down() -> None:
    both = parse_filter("a OR b").also(parse_filter("c"))
    assert both.text == "(a OR b) c"
    assert parse_filter(both.text).root == both.root
    assert ALL.also(both) == both.also(ALL) == both


def bounds(text: str, zone: ZoneInfo | None = None) -> object:
    root = parse_filter(text, zone=zone).root
    assert isinstance(root, Happens)
    return root.bounds(NOW)


DAY = timedelta(days=1)
STEP = timedelta(milliseconds=1)
FIRST = datetime(2026, 11, 30, 23, tzinfo=UTC)
"""How 2026-12-01 begins in Vienna."""


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("expires<24h", NOW + STEP, NOW + DAY),
        ("expires<=24h", NOW + STEP, NOW + DAY + STEP),
        ("expires>24h", NOW + DAY + STEP, None),
        ("expires>=24h", NOW + DAY, None),
        ("expires>-7d", NOW - 7 * DAY + STEP, None),
        ("expires<now", None, NOW),
        ("created>7d", None, NOW - 7 * DAY),
        ("created<=24h", NOW - DAY, None),
        ("created<24h", NOW - DAY + STEP, None),
        ("expires:2026-12-01", FIRST, FIRST + DAY),
        ("expires>=2026-12-01", FIRST, None),
        ("expires>2026-12-01", FIRST + DAY, None),
        ("expires<2026-12-01", None, FIRST),
        ("expires<=2026-12-01", None, FIRST + DAY),
        ("expires<2026-12-01T14:30", None, FIRST + timedelta(hours=14, minutes=30)),
        ("expires<=2026-12-01T14:30Z", None, datetime(2026, 12, 1, 14, 31, tzinfo=UTC)),
        ('expires<"fri 17:00"', None, datetime(2026, 11, 27, 16, tzinfo=UTC)),
        ("expires:today", FIRST - 10 * DAY, FIRST - 9 * DAY),
        ("expires:tomorrow", FIRST - 9 * DAY, FIRST - 8 * DAY),
        ("created:yesterday", FIRST - 11 * DAY, FIRST - 10 * DAY),
        ("updated:today", FIRST - 10 * DAY, FIRST - 9 * DAY),
    ],
)
def test_a_time_is_the_span_that_people_mean(
    text: str, since: datetime | None, until: datetime | None
) -> None:
    assert bounds(text, VIENNA) == (since, until)


def test_a_day_on_which_the_clock_is_turned_back_is_25_hours_long() -> None:
    begins = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert bounds("created:2026-10-25", VIENNA) == (begins, begins + timedelta(hours=25))


@pytest.mark.parametrize(
    ("word", "text", "matches"),
    [
        ("qrep", "q3 report", True),
        ("invc", "invoice.pdf", True),
        ("inv", "the inn is very old", False),
        ("inv", "plain view", False),
        ("rpt", "q3\nreport", True),
        ("abc", "a\nbc", False),
        ("q3r", "q3 report", True),
        ("q34", "q3-4", False),
        ("2026", "20x26", False),
        ("abcd", "a....bcd", False),
    ],
)
def test_letters_may_be_left_out_but_not_many(word: str, text: str, matches: bool) -> None:
    assert fuzzy(word, text) is matches


def test_only_words_of_some_letters_may_lack_some() -> None:
    assert may_be_fuzzy("inv")
    assert not any(map(may_be_fuzzy, ["in", "2026", "a.b", "x" * 40]))


def test_a_hostile_word_takes_no_longer_than_any_other() -> None:
    begun = time.monotonic()
    assert not fuzzy("a" * 31 + "b", "a" * 2000)
    assert time.monotonic() - begun < 1
