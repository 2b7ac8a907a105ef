"""What ends when: counted along the indexes, so that of a million links only the first few are read."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, pairwise

import apsw

from linktui.model.link import Link
from linktui.model.query import LinkQuery
from linktui.model.timeline import Span, query_of
from linktui.storage.columns import to_ms
from linktui.storage.database import Database
from linktui.storage.list_schema import NEVER
from linktui.storage.listing import Listing, where_of


@dataclass(frozen=True, slots=True)
class Outline:
    """What is asked: pieces of time, pictures of pieces of one length, and how many links of each to read."""

    spans: Sequence[Span]
    """One that is past first, then those ahead, each where the one before ends, and never at last."""
    pictures: Sequence[tuple[datetime, ...]]
    first: int
    apart: Sequence[str]
    """Accounts whose links are to be known apart."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What ends when, as of one moment."""

    totals: tuple[int, ...]
    """Of each span, how many links end then."""
    apart: tuple[Mapping[str, int], ...]
    """Of each span ahead, how many of them are of each account, at least of those asked for."""
    first: tuple[tuple[Link, ...], ...]
    """Of each span the first links of `query_of`."""
    pictures: tuple[tuple[int, ...], ...]
    """Of each picture, how many links end in each of its pieces."""


class TimeAhead:
    """What ends when in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, query: LinkQuery, outline: Outline, *, now: datetime) -> Ahead:
        """Return what ends when of the links that a query shows, read aside; it shows those alive alone."""
        return await self._database.read_aside(lambda connection: _read(connection, query, outline, now))


def _read(connection: apsw.Connection, query: LinkQuery, outline: Outline, now: datetime) -> Ahead:
    past, *ahead = outline.spans
    soonest = to_ms(now) + 1
    edges = [soonest, *(NEVER if span.ends is None else to_ms(span.ends) for span in ahead[:-1]), NEVER + 1]
    pictures = [[max(soonest, to_ms(one)) for one in picture] for picture in outline.pictures]
    if query.filter.text or query.account is not None or query.kind is not None:
        ends = _ends(connection, query, now)
        together = array("q", sorted(chain.from_iterable(ends.values())))
        totals, drawn = _split(together, edges), [_split(together, picture) for picture in pictures]
    else:
        ends = _ends(connection, query, now, among=outline.apart) if outline.apart else {}
        totals, *drawn = (_count(connection, query, now, moments) for moments in (edges, *pictures))
    totals = [_over(connection, query_of(past, query), now), *totals]
    first = [
        tuple(_first(connection, query_of(span, query), now, min(outline.first, total)))
        for span, total in zip(outline.spans, totals, strict=True)
    ]
    by_account = {account: _split(ends[account], edges) for account in ends}
    apart = [{account: counts[at] for account, counts in by_account.items()} for at in range(len(ahead))]
    return Ahead(tuple(totals), ({}, *apart), tuple(first), tuple(map(tuple, drawn)))


def _over(connection: apsw.Connection, query: LinkQuery, now: datetime) -> int:
    """Count the links of a query that ended within a span."""
    where = where_of(query, now)
    sql = f"SELECT count(*) FROM link INDEXED BY link_by_expiry WHERE {where.where}"
    return int(connection.execute(sql, where.parameters).get)


def _count(connection: apsw.Connection, query: LinkQuery, now: datetime, edges: Sequence[int]) -> list[int]:
    """Count, along an index that tells all, how many links end from each edge up to the next."""
    where = where_of(replace(query, ended=True), now)  # the edges tell what is alive
    sql = (
        "SELECT count(*) FROM link INDEXED BY link_by_end"
        f" WHERE {where.where} AND ends_at >= :begins AND ends_at < :ends"
    )
    return [
        int(connection.execute(sql, where.parameters | {"begins": begins, "ends": ends}).get)
        for begins, ends in pairwise(edges)
    ]


def _ends(
    connection: apsw.Connection, query: LinkQuery, now: datetime, *, among: Sequence[str] | None = None
) -> dict[str, array[int]]:
    """Read when each live link of a query ends, by its account and in order; only of `among` if given."""
    where = where_of(query, now)
    only = "1" if among is None else "account IN (SELECT value FROM json_each(:among))"
    reads = query.filter.text or query.kind is not None
    rows = connection.execute(
        f"SELECT account, ends_at FROM link {'NOT INDEXED' if reads else 'INDEXED BY link_by_account'}"
        f" WHERE {where.where} AND {only}",
        where.parameters | {"among": json.dumps(among)},
    )
    found: dict[str, list[int]] = defaultdict(list)
    for account, end in rows:
        found[str(account)].append(int(end))
    return {account: array("q", sorted(ends)) for account, ends in found.items()}


def _split(ends: Sequence[int], edges: Sequence[int]) -> list[int]:
    """Return how many of some ends, which are in order, lie from each edge up to the next."""
    places = [bisect_left(ends, edge) for edge in edges]
    return [other - one for one, other in pairwise(places)]


def _first(connection: apsw.Connection, query: LinkQuery, now: datetime, number: int) -> Iterator[Link]:
    rows = Listing(connection, query, now=now).rows(number) if number else iter(())
    return (link for _, link in rows)
