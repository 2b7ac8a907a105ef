"""The links of all buckets as one list, newest first.

Ids of links sort by when they were made, in every bucket alike, so that a place in the list is such an id,
whatever bucket it is from. A page takes one call for each bucket that has links behind that place; those
without any are known from the page before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from linktui.model.errors import NotFound
from linktui.providers.base import Page, Told, Wanted
from linktui.providers.s3.bucket_list import NO_TIME, BucketList
from linktui.providers.s3.catalogue import PAGE, Listed
from linktui.providers.s3.links import Links
from linktui.providers.s3.places import below, split, told_in
from linktui.providers.s3.round import Round, ask_each

REMEMBERED = timedelta(minutes=9)
"""How long the list of buckets, and which of them have no links, is good for a look at what is new: less than
what that goes back before the last one (`services/sync.py`), so that nothing is missed."""
MOST_WALKS = 16

Row = tuple[str, str]
"""The id of a link in its bucket, and the bucket."""
Left = tuple[tuple[str, ...], frozenset[str]]
"""The buckets that a walk goes on in, and those that refused."""


class AllLinks:
    """One account's links."""

    def __init__(
        self, buckets: BucketList, links_of: Callable[[str], Links], *, now: Callable[[], datetime]
    ) -> None:
        self._buckets = buckets
        self._links_of = links_of
        self._now = now
        self._left: OrderedDict[tuple[str, Wanted], Left] = OrderedDict()
        self._without: dict[str, datetime] = {}
        """When it was that a bucket had no link, or refused."""

    async def page(self, cursor: str | None, wanted: Wanted) -> Page[Told]:
        """Return one page; a cursor is the id that the last link before it has in its bucket."""
        if wanted.ids:
            return await self._some(wanted.ids)
        names, refused = await self._to_ask(cursor, wanted)
        listed = await ask_each(names, lambda name: self._links_of(name).listed(cursor, wanted))
        if cursor is None and wanted.created_before is None:
            self._remember(listed)
        rows = sorted((some_id, name) for name, one in listed.told.items() for some_id in one.marks)
        shown = _first(_known(rows, listed), min(wanted.limit or PAGE, PAGE))
        told, unread = await self._read(shown, listed.told)
        refused |= {*listed.refused, *unread}
        place = shown[-1][0] if shown else ""
        left = tuple(
            name for name, one in listed.told.items() if one.more or any(id_ > place for id_ in one.marks)
        )
        if left:
            self._go_on(place, wanted, (left, refused))
        return Page(told, place if left else None, tuple(below(name) for name in sorted(refused)))

    def made_in(self, bucket: str) -> None:
        """Note that there is a link in a bucket."""
        self._without.pop(bucket, None)

    async def _to_ask(self, cursor: str | None, wanted: Wanted) -> Left:
        if cursor is not None and (known := self._left.get((cursor, wanted))) is not None:
            return known
        looks = wanted.created_after is not None
        names = await self._buckets.names(within=REMEMBERED if looks or cursor else NO_TIME)
        if not looks:
            return names, frozenset()
        since = self._now() - REMEMBERED
        return tuple(name for name in names if self._without.get(name, since) <= since), frozenset()

    def _go_on(self, place: str, wanted: Wanted, left: Left) -> None:
        self._left[place, wanted] = left
        self._left.move_to_end((place, wanted))
        if len(self._left) > MOST_WALKS:
            self._left.popitem(last=False)

    def _remember(self, listed: Round[Listed]) -> None:
        empty = {name for name, one in listed.told.items() if one.is_empty}
        for name in listed.told.keys() - empty:
            self.made_in(name)
        self._without |= dict.fromkeys(empty.union(listed.refused), self._now())

    async def _read(
        self, rows: list[Row], listed: dict[str, Listed]
    ) -> tuple[tuple[Told, ...], tuple[str, ...]]:
        """Return the links of a page in its order, and the buckets that did not give theirs."""
        marks: dict[str, dict[str, str]] = {}
        for some_id, name in rows:
            marks.setdefault(name, {})[some_id] = listed[name].marks[some_id]
        read = await ask_each(marks, lambda name: self._links_of(name).read(marks[name]))
        found = {(one.link.id, name): one for name, told in read.told.items() for one in told}
        return tuple(told_in(row[1], found[row]) for row in rows if row in found), read.refused

    async def _some(self, ids: tuple[str, ...]) -> Page[Told]:
        wanted: dict[str, list[str]] = {}
        for some_id in ids:
            with suppress(NotFound):
                bucket, inner = split(some_id)
                wanted.setdefault(bucket, []).append(inner)
        read = await ask_each(
            wanted, lambda name: self._links_of(name).page(None, Wanted(ids=tuple(wanted[name])))
        )
        rows = tuple(told_in(name, one) for name, page in read.told.items() for one in page.rows)
        return Page(rows, None, tuple(below(name) for name in read.refused))


def _known(rows: list[Row], listed: Round[Listed]) -> list[Row]:
    """Return the rows up to where some bucket has told only a part: what comes behind may not be all."""
    ends = [next(reversed(one.marks)) for one in listed.told.values() if one.more]
    return [row for row in rows if row[0] <= min(ends)] if ends else rows


def _first(rows: list[Row], size: int) -> list[Row]:
    """Return the first rows, and those of the last one's id: copies of a bucket have the same ids."""
    end = min(size, len(rows))
    while 0 < end < len(rows) and rows[end][0] == rows[end - 1][0]:
        end += 1
    return rows[:end]
