"""Count visits in a link's record: those that come at once in one write, and over the version that was read.

So of many visitors at many servers as many are let in as the limit says, and a busy link costs few writes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from linktui.model.errors import Conflict, LinktuiError, NotFound, Unavailable
from linktui.model.ids import random_id
from linktui.providers.s3.catalogue import Catalogue, Version
from linktui.providers.s3.records import Record
from linktui.providers.s3.store import Store

TRIES = 40
"""Times that a count is written anew because another server, or a person, wrote in between."""
_STEP = 0.01
"""Seconds that the rest before another try grows by, at most."""
Visit = asyncio.Future[None]


class Visits:
    """The visits of one account's evergreen links."""

    def __init__(
        self, store: Store, catalogue: Catalogue, *, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._sleep = sleep
        self._waiting: dict[str, list[Visit]] = {}
        self._counting: set[asyncio.Task[None]] = set()

    async def count(self, version: Version) -> None:
        """Count one visit of a link just read; raises NotFound when it gives nothing any more."""
        link_id = version[0].id
        visit: Visit = asyncio.get_running_loop().create_future()
        if link_id in self._waiting:
            self._waiting[link_id].append(visit)
        else:
            self._waiting[link_id] = [visit]
            task = asyncio.create_task(self._count_all(link_id, version), name="count visits")
            self._counting.add(task)
            task.add_done_callback(self._counting.discard)
        await visit

    async def _count_all(self, link_id: str, version: Version) -> None:
        """Count whoever waits, until nobody does."""
        visits: list[Visit] = []
        try:
            while visits := self._waiting[link_id]:
                self._waiting[link_id] = []
                try:
                    version = await self._counted(version, visits)
                except LinktuiError as error:
                    for visit in visits:
                        if not visit.done():
                            visit.set_exception(error)
        finally:
            for visit in (*visits, *self._waiting.pop(link_id)):
                visit.cancel()

    async def _counted(self, version: Version, visits: list[Visit]) -> Version:
        """Let in as many visits as there is room for, refuse the others, and return the record then."""
        is_fresh = False
        for tried in range(TRIES):
            record, etag = version
            waiting = [visit for visit in visits if not visit.done()]
            room = self._room(version, len(waiting))
            if room < len(waiting) and not is_fresh:
                # Nobody is sent away by what may have changed since it was read.
                version, is_fresh = await self._catalogue.get(record.id), True
                continue
            try:
                if room:
                    version = await self._catalogue.put(self._with(version, room), over=etag)
            except Conflict:
                await self._sleep(random.uniform(0, _STEP * tried))  # noqa: S311 - spread, not secrecy
                version, is_fresh = await self._catalogue.get(record.id), True
                continue
            _answer(waiting, room)
            return version
        raise Unavailable("too many visits at once")

    def _room(self, version: Version, wanted: int) -> int:
        record, _ = version
        if record.gate is None or not record.is_alive(self._store.now):
            return 0
        return wanted if record.gate.room is None else min(wanted, record.gate.room)

    def _with(self, version: Version, number: int) -> Record:
        record, _ = version
        assert record.gate is not None  # there is room at no other
        visits = record.gate.visits + number
        changes = {"visits": visits, "visited_at": self._store.now, "turn": random_id(8)}
        return record.model_copy(update={"gate": record.gate.model_copy(update=changes)})


def _answer(visits: list[Visit], room: int) -> None:
    """Let in the first ones, as many as there is room for; those who went away meanwhile hear nothing."""
    for place, visit in enumerate(visits):
        if visit.done():
            continue
        if place < room:
            visit.set_result(None)
        else:
            visit.set_exception(NotFound())
