"""One list of links in its order, read from any place in it without reading what lies before."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import apsw

from linktui.model.link import EXPIRING_WITHIN, Link
from linktui.model.query import LinkQuery, LinkSort
from linktui.storage.columns import to_ms
from linktui.storage.filters import STATE, Parameters, Translation
from linktui.storage.link_rows import READ, link_of
from linktui.storage.list_order import Order, Segment, for_account, for_kind, index_for, order_of
from linktui.storage.words import candidates

_READ = len(READ.split(","))
_LOOK = 0.02
"""Seconds that a first look may take: what it met by then is shown, and the rest follows."""
_STEPS = 1_000
"""Steps of SQLite between two looks at the clock."""
AMONG = "(SELECT value AS one FROM json_each(:among)) CROSS JOIN link ON n = one"
"""Links by the numbers in a JSON array that is bound as `:among`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is in its list: as good after others were added or taken away."""

    segment: int
    values: tuple[apsw.SQLiteValue, ...]


Listed = tuple[Place, Link]
"""A link and its place."""


class Listing:
    """What a query shows at a moment; it is read as the database is when it is asked."""

    def __init__(self, connection: apsw.Connection, query: LinkQuery, *, now: datetime) -> None:
        self._connection = connection
        self._query = query
        self._where = where_of(query, now)
        self._parameters = self._where.parameters
        self._made: tuple[Order, list[str]] | None = None

    @property
    def reads_rows(self) -> bool:
        """Whether to know if a row belongs here it has to be read, not only its entry in an index."""
        return bool(self._query.filter.text) or self._query.file_id is not None

    def rows(
        self,
        limit: int,
        *,
        place: Place | None = None,
        backwards: bool = False,
        inclusive: bool = False,
        skip: int = 0,
    ) -> Iterator[Listed]:
        """Yield rows from a place on, or from an end of the list, and backwards from the last."""
        order, indexes = self._order
        numbers = list(range(len(order.segments)))[:: -1 if backwards else 1]
        if place is not None:
            numbers = numbers[numbers.index(place.segment) :]
        for number in numbers:
            if skip and len(numbers) > 1:
                there = self._count(order.segments[number], indexes[number])
                if there <= skip:
                    skip -= there
                    continue
            began = place if place is not None and place.segment == number else None
            sql, parameters = self._select(number, began, backwards=backwards, inclusive=inclusive)
            rows = self._connection.execute(sql, parameters | {"limit": limit, "skip": skip})
            skip = 0
            for row in rows:
                limit -= 1
                yield Place(number, row[_READ:]), link_of(row[:_READ])
            if limit <= 0:
                return

    def first(self, limit: int) -> tuple[list[Listed], bool]:
        """Return the first rows that are met without a long look, and whether they are all there are."""
        end = monotonic() + _LOOK
        self._connection.set_progress_handler(lambda: monotonic() >= end, _STEPS, id=self)
        found: list[Listed] = []
        try:
            found.extend(self.rows(limit))
        except apsw.InterruptError:
            return found, False
        finally:
            self._connection.set_progress_handler(None, id=self)
        return found, len(found) < limit

    def known(self) -> array[int] | None:
        """Return the numbers of rows, in order, that hold a rare word as it is typed; None if it is not rare.

        Whoever matches only with letters left out is not among them.
        """
        found = candidates(self._connection, self._query.filter.root, whole=False)
        return None if found is None else self.sorted(found)

    def count(self) -> int:
        """Return how many rows there are."""
        return self._count(Segment(), self._quick)

    def rank(self, place: Place) -> int:
        """Return how many rows come before a place."""
        order, indexes = self._order
        before = sum(self._count(order.segments[number], indexes[number]) for number in range(place.segment))
        segment = order.segments[place.segment]
        test = order.beyond(backwards=True, inclusive=False)
        return before + self._count(segment, indexes[place.segment], test, _bound(place))

    def numbers(self) -> Iterator[int]:
        """Yield the number of every row, in no order."""
        rare = candidates(self._connection, self._query.filter.root, whole=True)
        if rare is not None:
            yield from self.sorted(rare)
            return
        rows = self._connection.execute(
            f"SELECT n FROM link {self._quick} WHERE {self._where.where}", self._parameters
        )
        yield from (number for (number,) in rows)

    def between(self, one: int, other: int) -> list[int]:
        """Return the numbers from one row to another, whichever is first; none if either is not here."""
        first, last = self._place_of(one), self._place_of(other)
        if first is None or last is None:
            return []
        if first.segment > last.segment:
            first, last = last, first
        return self._between(first, last) or self._between(last, first)

    def _between(self, first: Place, last: Place) -> list[int]:
        order, _ = self._order
        found: list[int] = []
        for number in range(first.segment, last.segment + 1):
            segment = order.segments[number]
            parts = [self._where.where, segment.where]
            if number == first.segment:
                parts.append(order.beyond(backwards=False, inclusive=True))
            if number == last.segment:
                parts.append(order.beyond(backwards=True, inclusive=True, bound="to"))
            parameters = self._parameters | segment.parameters | _bound(first) | _bound(last, "to")
            rows = self._connection.execute(f"SELECT n FROM link WHERE {' AND '.join(parts)}", parameters)
            found += [row for (row,) in rows]
        return found

    def _place_of(self, number: int) -> Place | None:
        order, _ = self._order
        for at, segment in enumerate(order.segments):
            row = self._connection.execute(
                f"SELECT {', '.join(order.terms)} FROM link"
                f" WHERE n = :number AND {self._where.where} AND {segment.where}",
                self._parameters | segment.parameters | {"number": number},
            ).fetchone()
            if row is not None:
                return Place(at, row)
        return None

    def keys(self, source: str = "link", more: Parameters | None = None) -> Iterator[tuple[str, str]]:
        """Yield the account and id of every row, in order; all rows are read and sorted for it."""
        order, _ = self._order
        for segment in order.segments:
            rows = self._connection.execute(
                f"SELECT account, id FROM {source} WHERE {self._where.where} AND {segment.where}"
                f" ORDER BY {order.by(plain=True)}",
                self._parameters | segment.parameters | (more or {}),
            )
            yield from ((str(account), str(link_id)) for account, link_id in rows)

    def sorted(self, numbers: array[int], *, limit: int = -1) -> array[int]:
        """Return those of a few numbers that belong here, in order."""
        order, _ = self._order
        found, among = array("q"), json.dumps(list(numbers))
        by = order.by(plain=True)
        for segment in order.segments:
            rows = self._connection.execute(
                f"SELECT n FROM {AMONG} WHERE {self._where.where} AND {segment.where}"
                f" ORDER BY {by} LIMIT :limit",
                self._parameters | segment.parameters | {"among": among, "limit": limit},
            )
            found.extend(number for (number,) in rows)
            if 0 <= limit <= len(found):
                break
        return found[:limit] if limit >= 0 else found

    @property
    def _order(self) -> tuple[Order, list[str]]:
        """Return the order, and the index for each of its segments."""
        if self._made is None:
            order = order_of(self._connection, self._query)
            whole = self._where.whole
            segments = [segment.within(whole) for segment in order.segments]
            indexes = [index_for(self._connection, one, order, self._parameters) for one in segments]
            self._made = order, indexes
        return self._made

    @property
    def _quick(self) -> str:
        """Return how to read all rows the soonest: along the shortest index that tells, else as they lie."""
        if self._query.filter.text or self._query.file_id is not None or self._query.states:
            return "NOT INDEXED"
        if self._query.kind is not None and self._query.account is not None:
            return "NOT INDEXED"
        narrow = self._where.whole.narrow
        return f"INDEXED BY {narrow[0][1] if narrow else 'link_by_end'}"

    def _select(
        self, number: int, began: Place | None, *, backwards: bool, inclusive: bool
    ) -> tuple[str, Parameters]:
        order, indexes = self._order
        segment, index = order.segments[number], indexes[number]
        parts, parameters = [self._where.where, segment.where], self._parameters | segment.parameters
        if began is not None:
            parts.append(order.beyond(backwards=backwards, inclusive=inclusive))
            parameters |= _bound(began)
        if self._query.sort is LinkSort.EXPIRES and self._where.begin and self._query.group is None:
            # It says nothing new, but where in the index to begin, and to end.
            parts.append(f"expiry {self._where.begin}")
            parts += ["expiry < :ends_before"] if self._query.ends_before is not None else []
        sql = (
            f"SELECT {READ}, {', '.join(order.terms)} FROM link INDEXED BY {index}"
            f" WHERE {' AND '.join(parts)}"
            f" ORDER BY {order.by(backwards=backwards)}"
            " LIMIT :limit OFFSET :skip"
        )
        return sql, parameters

    def _count(self, segment: Segment, index: str, test: str = "1", more: Parameters | None = None) -> int:
        by = index if " " in index else f"INDEXED BY {index}"
        found = self._connection.execute(
            f"SELECT count(*) FROM link {by} WHERE {self._where.where} AND {segment.where} AND {test}",
            self._parameters | segment.parameters | (more or {}),
        )
        return int(found.get)


@dataclass(frozen=True, slots=True)
class Where:
    """The test of a whole list, and what is bound to it."""

    where: str
    parameters: Parameters
    whole: Segment
    begin: str
    """From where on a link has to end, where only those alive are shown; else empty."""


def where_of(query: LinkQuery, now: datetime) -> Where:
    """Return the test for what a query shows at a moment."""
    now_ms = to_ms(now)
    translation = Translation(now)
    parts = [translation.sql(query.filter.root)] if query.filter.text else []
    parameters = translation.parameters
    parameters |= {"now": now_ms, "soon": now_ms + round(EXPIRING_WITHIN.total_seconds() * 1000)}
    alive = not (query.states or query.ended or query.filter.mentions_state)
    later = alive and query.ends_from is not None and query.ends_from > now
    begin = ">= :ends_from" if later else "> :now" if alive else ""
    whole = Segment()
    if query.account is not None:
        whole = for_account(query.account).within(whole)
    if query.kind is not None:
        whole = for_kind(query.kind).within(whole)
    if query.states:
        parts.append("(" + " OR ".join(f"({STATE[state]})" for state in sorted(query.states)) + ")")
    elif alive:
        # One bound alone, as SQLite would begin at the first of two. What is alive ends at its expiry.
        parts.append(f"ends_at {begin}")
        whole = Segment("1", {}, ((f"ends_at {begin}", "link_by_end"),)).within(whole)
    if query.file_id is not None:
        parts.append("EXISTS (SELECT 1 FROM json_each(files) WHERE json_extract(value, '$[0]') = :file)")
        parameters["file"] = query.file_id
    if query.ends_from is not None:
        parts += [] if alive else ["expiry >= :ends_from"]
        parameters["ends_from"] = to_ms(query.ends_from)
    if query.ends_before is not None:
        parts.append(f"{'ends_at' if alive else 'expiry'} < :ends_before")
        parameters["ends_before"] = to_ms(query.ends_before)
    return Where(" AND ".join([whole.where, *parts]), parameters | whole.parameters, whole, begin)


def _bound(place: Place, name: str = "at") -> Parameters:
    return {f"{name}{number}": value for number, value in enumerate(place.values)}  # type: ignore[misc]
