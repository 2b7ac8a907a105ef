"""The links of an account as objects in its bucket: no database, whoever reads the bucket sees the same list.

A new link is put where none is, and a changed one only over the version that was read, so that of two people
who change one link at the same time one is told so.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from linktui.model.errors import Conflict, NotFound
from linktui.providers.answers import Answer
from linktui.providers.base import Page, Wanted
from linktui.providers.s3.objects import OURS, Objects
from linktui.providers.s3.records import Record, digest_of, first_id, is_id, made_at
from linktui.providers.s3.store import Store
from linktui.providers.shapes import parse

PAGE = 100
"""Links on a page: each that is not known yet is a call of its own."""
AT_ONCE = 16
MOST_KNOWN = 20_000
"""Records that are kept in memory, by their version, so that a sweep reads only what changed."""
KEY_LIFE = timedelta(days=8)
"""How far back a link is looked for by the key that made it."""
_ENDING = ".json"

Version = tuple[Record, str]
"""A record and the store's mark of this version of it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Which links come next in a list, before any of them is read."""

    marks: dict[str, str]
    """The store's mark of the version that is there now, by the link's id, in their order."""
    more: bool
    """Whether there are links behind them."""
    is_empty: bool
    """Whether nothing at all is kept from there on."""


class Catalogue:
    """One account's records."""

    def __init__(self, store: Store, objects: Objects) -> None:
        self._store = store
        self._objects = objects
        self._folder = f"{store.prefix}{OURS}links/"
        self._known: OrderedDict[str, Version] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def get(self, link_id: str) -> Version:
        """Return one record as it is now; raises NotFound."""
        made_at(link_id)
        return self._keep(await self._store.call("GET", self._key(link_id)))

    def known(self, link_id: str) -> Version | None:
        """Return one record as it was when last read or written here, for a write that is conditional."""
        return self._known.get(link_id)

    async def put(self, record: Record, *, over: str = "") -> Version:
        """Keep a record, a new one or over a version; raises Conflict if there is one, or another."""
        wished = {"If-Match": over} if over else {"If-None-Match": "*"}
        body = record.model_dump_json().encode()
        headers = {"Content-Type": "application/json", **self._store.encryption}
        try:
            answer = await self._store.call(
                "PUT", self._key(record.id), content=body, headers=headers, wished=wished
            )
        except (Conflict, NotFound) as error:
            if over and (found := await self._now(record.id)) is not None and found[0] == record:
                return found  # the answer to the first try was lost
            raise Conflict("it was changed meanwhile", code="stale") from error
        etag = answer.headers.get("etag", "")
        self._remember(record, etag)
        return record, etag

    async def delete(self, link_id: str) -> None:
        """Remove a record; one that is gone already is no error."""
        self._known.pop(link_id, None)
        await self._store.call("DELETE", self._key(link_id), allow=frozenset({404}))

    async def page(self, cursor: str | None, wanted: Wanted) -> Page[Version]:
        """Return one page, newest first; a cursor is the id of the last link before it."""
        if wanted.ids:
            return Page(await self.records(wanted.ids), None)
        listed = await self.listed(cursor, wanted)
        rows = await self.records(listed.marks, listed.marks)
        return Page(rows, next(reversed(listed.marks)) if listed.more else None)

    async def listed(self, cursor: str | None, wanted: Wanted) -> Listed:
        """Return which links come next, newest first, by one call; a cursor is as for `page`."""
        size = min(wanted.limit or PAGE, PAGE)
        after = cursor or (first_id(wanted.created_before) if wanted.created_before else "")
        asked = {"prefix": self._folder, "max-keys": str(size)}
        if after:
            asked["start-after"] = self._folder + after + (_ENDING if cursor else "")
        while True:
            listing = await self._objects.list(asked)
            told = {some_id: one.etag for one in listing.objects if is_id(some_id := self._id(one.key))}
            if told or not listing.more or not listing.objects:
                break
            asked["start-after"] = listing.objects[-1].key  # what is no link of ours is passed over
        marks = {one: mark for one, mark in told.items() if _is_after(one, wanted)}
        more = listing.more and 0 < len(marks) == len(told)
        return Listed(marks, more=more, is_empty=not listing.objects)

    async def records(
        self, ids: Iterable[str], marks: Mapping[str, str] | None = None
    ) -> tuple[Version, ...]:
        """Return the records of some links, read anew where the version that is known is another."""

        async def one(link_id: str) -> Version | None:
            known = self._known.get(link_id)
            if known is not None and marks is not None and known[1].strip('"') == marks[link_id]:
                self._known.move_to_end(link_id)
                return known
            async with self._turns:
                return await self._now(link_id)

        found = await asyncio.gather(*(one(link_id) for link_id in ids))
        return tuple(version for version in found if version is not None)

    async def find(self, key: str) -> str | None:
        """Return the id of a link made by a key not long ago; None where there is none."""
        digest, since = digest_of(key), self._store.now - KEY_LIFE
        async for one in self._objects.all_below(self._folder):
            some_id = self._id(one.key)
            try:
                if made_at(some_id) < since:
                    return None
            except NotFound:
                continue
            if some_id.endswith(digest):
                return some_id
        return None

    async def _now(self, link_id: str) -> Version | None:
        try:
            return await self.get(link_id)
        except NotFound:  # gone since it was listed
            return None

    def _keep(self, answer: Answer) -> Version:
        record = parse(Record, answer.json())
        etag = answer.headers.get("etag", "")
        self._remember(record, etag)
        return record, etag

    def _remember(self, record: Record, etag: str) -> None:
        self._known[record.id] = (record, etag)
        self._known.move_to_end(record.id)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _key(self, link_id: str) -> str:
        return f"{self._folder}{link_id}{_ENDING}"

    def _id(self, key: str) -> str:
        return key.removeprefix(self._folder).removesuffix(_ENDING)


def _is_after(link_id: str, wanted: Wanted) -> bool:
    if wanted.created_after is None:
        return True
    return made_at(link_id) + timedelta(milliseconds=1) > wanted.created_after
