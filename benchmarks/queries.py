"""What the list asks of the database, at 1,000 to 1,000,000 links: orders, ends, groups, words, counts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import catalogue
from benchmarks.figure import Figure, tell
from linktui.config.locations import Locations
from linktui.model.filter import parse_filter
from linktui.model.numbers import Numbers
from linktui.model.query import LinkGroup, LinkQuery, LinkSort
from linktui.storage.database import Database
from linktui.storage.links import Links
from linktui.storage.listing import Listing
from linktui.storage.survey import survey

RUNS = 5
SCREENFUL = 50
ORDERS = [LinkQuery(sort=sort, descending=down) for sort in LinkSort for down in (False, True)]
GROUPS = [LinkQuery(sort=sort, group=group) for group in LinkGroup for sort in LinkSort]
WORDS = (
    *("report", "acme", "zebra", "müller 12", "qrep", "tag.team=legal", "size>4GB", "kind:view -acme"),
    *("0099999", "müller 0999", "invoice-0", '"0012"'),
)


def figures() -> Iterator[Figure]:
    """Measure; each is the slowest of its kind, in time of the processor."""
    for size in catalogue.SIZES:
        yield from of_size(size)


def of_size(size: int) -> Iterator[Figure]:
    """Measure at one size."""
    database = Database(Locations.below(catalogue.home(size)).database)
    links, now = Links(database), datetime.now(UTC)

    def listing(query: LinkQuery) -> Listing:
        return Listing(database.read, query, now=now)

    def first(query: LinkQuery) -> Callable[[], object]:
        return lambda: listing(query).first(SCREENFUL)

    def found(query: LinkQuery) -> Callable[[], object]:
        def look() -> object:
            rows = listing(query)
            return links.by_numbers(known[:SCREENFUL]) if (known := rows.known()) else rows.first(SCREENFUL)

        return look

    def last(query: LinkQuery) -> Callable[[], object]:
        return lambda: list(islice(listing(query).rows(SCREENFUL, backwards=True), SCREENFUL))

    def counted(query: LinkQuery) -> Callable[[], object]:
        return lambda: survey(database.read, query, now=now)

    ended = LinkQuery(ended=True)
    filters = [LinkQuery(filter=parse_filter(text)) for text in WORDS]
    where = f"{size:,} links:"
    yield _slowest(f"{where} first {SCREENFUL}, any order", map(first, ORDERS), "<= 50")
    yield _slowest(f"{where} last {SCREENFUL}, any order", map(last, ORDERS), "<= 50")
    yield _slowest(f"{where} first {SCREENFUL}, any group and order", map(first, GROUPS), "<= 50")
    yield _slowest(f"{where} first look for a filter", map(found, filters), "<= 50")
    yield _slowest(f"{where} all counted, aside", map(counted, [LinkQuery(), ended]))
    yield _slowest(f"{where} hits counted, aside", map(counted, filters))
    yield _slowest(f"{where} all marked, aside", [lambda: Numbers(listing(ended).numbers())])
    database.close()


def _slowest(name: str, acts: Iterable[Callable[[], object]], reach: str = "") -> Figure:
    samples = [_median(act) for act in acts]
    return Figure(name, "ms", (max(samples),), reach=reach)


def _median(act: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        act()
        times.append((time.process_time() - began) * 1000)
    return sorted(times)[RUNS // 2]


if __name__ == "__main__":
    tell(figures())
