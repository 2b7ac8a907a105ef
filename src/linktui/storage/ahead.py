"""What ends when: counted along the indexes, so that of a million links only the first few are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import apsw

from linktui.model.link import Link
from linktui.model.query import LinkQuery
from linktui.model.timeline import Span, pairs, query_of
from linktui.storage.columns import to_ms
from linktui.storage.database import Database
from linktui.storage.filters import Parameters
from linktui.storage.list_schema import NEVER
from linktui.storage.listing import Listing, Where, where_of


@dataclass(frozen=True, slots=True)
class Outline:
    """What is asked: pieces of time, pictures of pieces of one length, and how many links of each to read."""

    spans: Sequence[Span]
    """One that is past first, then those ahead, each where the one before ends, and never at last."""
    pictures: Sequence[tuple[datetime, ...]]
    first: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """What ends when, as of one moment."""

    counts: tuple[Mapping[str, int], ...]
    """Of each span, how many links of each account end then."""
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
    over = _of_the_past(connection, query_of(past, query), now)
    counts = [over, *_by_account(connection, query, ahead, now)]
    first = [
        _first(connection, query_of(span, query), now, outline.first) if count else ()
        for span, count in zip(outline.spans, counts, strict=True)
    ]
    pictures = [_picture(connection, where_of(query, now), picture) for picture in outline.pictures]
    return Ahead(tuple(counts), tuple(first), tuple(pictures))


def _of_the_past(connection: apsw.Connection, query: LinkQuery, now: datetime) -> Mapping[str, int]:
    where = where_of(query, now)
    rows = connection.execute(
        f"SELECT account, count(*) FROM link INDEXED BY link_by_expiry WHERE {where.where} GROUP BY account",
        where.parameters,
    )
    return {str(account): int(number) for account, number in rows}


def _by_account(
    connection: apsw.Connection, query: LinkQuery, spans: Sequence[Span], now: datetime
) -> list[Mapping[str, int]]:
    where = where_of(query, now)
    ends: Parameters = {
        f"end{at}": NEVER if span.ends is None else to_ms(span.ends) for at, span in enumerate(spans[:-1])
    }
    ladder = " ".join(f"WHEN ends_at < :end{at} THEN {at}" for at in range(len(ends)))
    by = "NOT INDEXED" if query.filter.text or query.kind is not None else "INDEXED BY link_by_account"
    rows = connection.execute(
        f"SELECT account, CASE {ladder} ELSE {len(ends)} END AS span, count(*)"
        f" FROM link {by} WHERE {where.where} GROUP BY account, span",
        where.parameters | ends,
    )
    counts: list[Counter[str]] = [Counter() for _ in spans]
    for account, span, number in rows:
        counts[int(span)][str(account)] = int(number)
    return list(counts)


def _first(connection: apsw.Connection, query: LinkQuery, now: datetime, number: int) -> tuple[Link, ...]:
    rows = Listing(connection, query, now=now).rows(number) if number else ()
    return tuple(link for _, link in rows)


def _picture(connection: apsw.Connection, where: Where, moments: tuple[datetime, ...]) -> tuple[int, ...]:
    sql = (
        "SELECT count(*) FROM link INDEXED BY link_by_end"
        f" WHERE {where.where} AND ends_at >= :begins AND ends_at < :ends"
    )
    return tuple(
        int(connection.execute(sql, where.parameters | {"begins": to_ms(begins), "ends": to_ms(ends)}).get)
        for begins, ends in pairs(moments)
    )
