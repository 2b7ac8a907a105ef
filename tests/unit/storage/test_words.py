"""The index of words finds what reading every link finds, whatever was written since it was filled."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linktui.daemon import words as keeping
from linktui.model.filter import parse_filter
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.query import LinkQuery, LinkSort
from linktui.storage import words
from linktui.storage.database import Database
from linktui.storage.links import Links
from linktui.storage.listing import Listing
from linktui.storage.words import Literals, Words, literals_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = ["Zürich report", "invoice 0099", '“quoted” "text"', "Straße", "ab", "日本語レポート", "zimmer-plan"]
FILTERS = [
    "zürich",
    "strasse",
    "0099",
    "日本語",
    '"plan"',
    "file:zimmer",
    "tag.order=0042",
    "id:l00012",
    "zim pln",
]
FILTERS += ['"\\"text"', "ab", "zür plan", "-plan zim", "nowhere", "account:local tag.order=0042"]


def made(number: int, chance: random.Random) -> Link:
    name = f"{chance.choice(NAMES)} {number}"
    return Link(
        account="local",
        provider="local",
        id=f"l{number:05}",
        kind=LinkKind.DOWNLOAD,
        name=name,
        url="",
        created_at=NOW - timedelta(minutes=number),
        files=(LinkedFile(f"f{number}", f"{name}.pdf"),),
        metadata={"order": f"{chance.randrange(60):04}"},
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "linktui.db")
    yield database
    database.close()


async def save(database: Database, *links: Link) -> None:
    await Links(database).save([(link, "") for link in links], seen=NOW)


async def read_all(database: Database) -> None:
    index = Words(database)
    while index.behind:
        await index.read_some()


def by_reading(database: Database, query: LinkQuery) -> list[int]:
    """Return what every row that is read one by one says."""
    listing = Listing(database.read, query, now=NOW)
    return [link.number for _, link in listing.rows(10_000)]


def check(database: Database) -> None:
    for text in FILTERS:
        query = LinkQuery(filter=parse_filter(text), sort=LinkSort.NAME)
        rows, listing = by_reading(database, query), Listing(database.read, query, now=NOW)
        assert sorted(listing.numbers()) == sorted(rows), text
        known = listing.known()
        # In the same order; what is left out matches with letters left out alone.
        assert known is None or list(known) == [row for row in rows if row in set(known)], text
        if literals_of(query.filter.root).needed:
            assert known is None or list(known) == rows or literals_of(query.filter.root).hoped, text


async def test_it_finds_what_reading_finds_before_and_after_it_is_filled(database: Database) -> None:
    chance = random.Random(1)
    links = [made(number, chance) for number in range(200)]
    await save(database, *links[:150])
    check(database)
    await read_all(database)
    check(database)
    await save(database, *links[150:])
    check(database)


async def test_a_link_that_is_called_otherwise_or_gone_is_not_found_by_its_old_name(
    database: Database,
) -> None:
    links = [made(number, random.Random(number)) for number in range(20)]
    await save(database, *links)
    await read_all(database)
    for name in ("another", "other"):  # before it was read, too
        await save(database, *(replace(link, name=name, files=()) for link in links[:10]))
    await Links(database).part("local", [links[15].id], at=NOW)
    await Links(database).forget_gone(before=NOW + timedelta(days=1))
    for _ in range(2):
        check(database)
        known = Listing(database.read, LinkQuery(filter=parse_filter("other")), now=NOW).known()
        assert known is not None
        assert len(known) == 10
        await read_all(database)
    assert database.read.execute("SELECT count(*) FROM link_words").get == 19


async def test_what_else_changes_of_a_link_is_no_work_for_it(database: Database) -> None:
    link = made(1, random.Random(1))
    await save(database, link)
    await read_all(database)
    await save(database, replace(link, expires_at=NOW, downloads=3))
    assert not Words(database).behind


async def test_a_word_of_many_links_is_left_to_reading(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST", 3)
    await save(database, *(replace(made(n, random.Random(1)), name=f"report {n}") for n in range(5)))
    await read_all(database)
    listing = Listing(database.read, LinkQuery(filter=parse_filter("report")), now=NOW)
    assert listing.known() is None
    assert len(list(listing.numbers())) == 5


@pytest.mark.parametrize(
    ("text", "needed", "hoped"),
    [
        ("acme", (), ("acme",)),
        ('"acme"', ("acme",), ()),
        ("0042 acme name:Zoo", ("0042", "zoo"), ("acme",)),
        ("tag.order=42", ("order=42",), ()),
        ("-acme (one OR two) size>3MB kind:view", (), ()),
    ],
)
def test_only_what_has_to_be_in_a_link_is_needed(
    text: str, needed: tuple[str, ...], hoped: tuple[str, ...]
) -> None:
    assert literals_of(parse_filter(text).root) == Literals(needed, hoped)


async def test_the_daemon_keeps_it_filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK", 0.001)
    monkeypatch.setattr(keeping, "REST", 0.0)
    monkeypatch.setattr(words, "BATCH", 7)
    task = asyncio.create_task(keeping.keep_words(database, nullcontext))
    for number in range(3):
        await save(database, *(made(number * 20 + more, random.Random(more)) for more in range(20)))
        async with asyncio.timeout(60):
            while Words(database).behind:  # noqa: ASYNC110 - what it waits for is no event
                await asyncio.sleep(0.001)
    task.cancel()
    check(database)
