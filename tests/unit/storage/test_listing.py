"""A list is the same read from any place in it, in every order, group and direction."""

from __future__ import annotations

import asyncio
import itertools
import random
from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linktui.model.filter import ALL, parse_filter
from linktui.model.link import Link, LinkKind
from linktui.model.query import LinkGroup, LinkQuery, LinkSort
from linktui.storage.database import Database
from linktui.storage.links import Links
from linktui.storage.listing import Listing
from linktui.storage.survey import survey

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNTS = ("local", "Acme", "acme-2")


def made(number: int, chance: random.Random) -> Link:
    limit = chance.choice([None, 1, 3])
    return Link(
        account=chance.choice(ACCOUNTS),
        provider="local",
        id=f"l{number}",
        kind=chance.choice(list(LinkKind)),
        name=chance.choice(["a", "B", "b", "é", "c"]),
        url="",
        created_at=NOW - timedelta(days=chance.randrange(4)),
        expires_at=chance.choice([None, NOW + timedelta(hours=chance.randrange(-30, 60))]),
        revoked_at=chance.choice([None, None, NOW]),
        downloads=chance.choice([None, 0, 1, 5]),
        download_limit=limit,
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("listing") / "linktui.db")
    chance = random.Random(1)
    links = [(made(number, chance), "") for number in range(60)]
    asyncio.run(Links(database).save(links, seen=NOW))
    yield database
    database.close()


QUERIES = [
    LinkQuery(sort=sort, group=group, descending=descending, ended=ended, filter=kept)
    for sort, group, descending, ended, kept in itertools.product(
        LinkSort, (None, *LinkGroup), (False, True), (False, True), (ALL, parse_filter("-kind:view"))
    )
]
SPANS = [
    LinkQuery(
        ends_from=NOW + timedelta(hours=10), ends_before=NOW + timedelta(hours=40), sort=sort, ended=ended,
        account=account, group=group,
    )
    for sort, ended, account, group in itertools.product(
        (LinkSort.EXPIRES, LinkSort.NAME), (False, True), (None, "Acme"), (None, LinkGroup.STATE)
    )
]  # fmt: skip


def numbers(rows: object) -> list[int]:
    return [link.number for _, link in rows]  # type: ignore[attr-defined]


def test_every_order_is_the_same_from_either_end_and_from_any_place(database: Database) -> None:
    for query in QUERIES + SPANS:
        listing = Listing(database.read, query, now=NOW)
        rows = list(listing.rows(100))
        order = numbers(rows)
        assert sorted(order) == sorted(listing.numbers()), query
        assert len(order) == listing.count(), query
        assert numbers(listing.rows(100, backwards=True)) == order[::-1], query
        assert list(listing.sorted(array_of(order[::-1]))) == order, query
        assert list(listing.keys()) == [(link.account, link.id) for _, link in rows], query
        for at in range(0, len(rows), 13):
            place = rows[at][0]
            assert listing.rank(place) == at, query
            assert numbers(listing.rows(5, place=place)) == order[at + 1 : at + 6], query
            assert numbers(listing.rows(5, place=place, inclusive=True)) == order[at : at + 5], query
            assert numbers(listing.rows(5, place=place, backwards=True)) == order[max(0, at - 5) : at][::-1]
            assert numbers(listing.rows(5, skip=at)) == order[at : at + 5], query
            assert sorted(listing.between(order[at], order[-1])) == sorted(order[at:]), query
            assert sorted(listing.between(order[-1], order[at])) == sorted(order[at:]), query


def test_a_list_may_be_of_links_that_end_within_a_span(database: Database) -> None:
    for query in SPANS:
        assert query.ends_from is not None
        assert query.ends_before is not None
        every = Listing(database.read, replace(query, ends_from=None, ends_before=None), now=NOW)
        wanted = [
            link.number
            for _, link in every.rows(100)
            if link.expires_at is not None and query.ends_from <= link.expires_at < query.ends_before
        ]
        assert wanted
        assert numbers(Listing(database.read, query, now=NOW).rows(100)) == wanted, query


def test_an_edit_of_the_end_leaves_equals_in_their_places(tmp_path: Path) -> None:
    database = Database(tmp_path / "linktui.db")
    one = replace(made(0, random.Random(1)), expires_at=NOW + timedelta(days=1), revoked_at=None, downloads=0)
    links = [replace(one, id=f"l{number}") for number in range(9)]
    asyncio.run(Links(database).save([(link, "") for link in links], seen=NOW))
    orders = [
        LinkQuery(sort=sort, group=group, descending=descending, ended=True)
        for sort in set(LinkSort) - {LinkSort.EXPIRES, LinkSort.STATE}
        for group in (None, LinkGroup.FILE, LinkGroup.ACCOUNT)
        for descending in (False, True)
    ]
    before = [numbers(Listing(database.read, query, now=NOW).rows(10)) for query in orders]
    edited = [
        replace(links[1], expires_at=None),
        replace(links[4], expires_at=NOW + timedelta(days=2)),
        replace(links[7], revoked_at=NOW),
    ]
    asyncio.run(Links(database).save([(link, "") for link in edited], seen=NOW))
    assert [numbers(Listing(database.read, query, now=NOW).rows(10)) for query in orders] == before
    database.close()


def array_of(found: list[int]) -> array[int]:
    return array("q", found)


def test_a_survey_counts_and_keeps_the_few_that_a_filter_lets_through(database: Database) -> None:
    query = LinkQuery(filter=parse_filter("name:é"), ended=True, sort=LinkSort.NAME, descending=False)
    listing = Listing(database.read, query, now=NOW)
    found = survey(database.read, query, now=NOW)
    assert found.found is not None
    assert list(found.found) == numbers(listing.rows(100))
    assert (found.shown, found.total) == (len(found.found), 60)
    everything = survey(database.read, LinkQuery(ended=True), now=NOW)
    assert (everything.shown, everything.total, everything.found) == (60, 60, None)


def test_a_look_that_takes_long_ends_with_what_it_met(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.storage.listing._LOOK", 0)
    monkeypatch.setattr("linktui.storage.listing._STEPS", 50)
    query = LinkQuery(ended=True)
    listing = Listing(database.read, query, now=NOW)
    whole = numbers(listing.rows(100))
    met, ended = listing.first(100)
    assert not ended
    assert numbers(met) == whole[: len(met)]
    assert len(met) < len(whole)
