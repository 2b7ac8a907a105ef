"""Notice what any process has changed in the local database and say it as events.

The face and the daemon share nothing but the database, so this is how a screen learns of an upload's
progress: by a look at SQLite's own change counter, ten times a second at most.
https://sqlite.org/pragma.html#pragma_data_version
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from linktui.model.events import (
    Event,
    FilesChanged,
    LinksChanged,
    NoticesWaiting,
    PlansChanged,
    TransfersChanged,
)
from linktui.storage.database import FILES, LINKS, NOTICES, PLANS, TRANSFERS, Database
from linktui.storage.transfers import Transfers

INTERVAL = 0.1
"""Seconds between two looks."""
CALM = 0.25
"""Seconds between two looks once nothing has changed for a while: each look wakes a resting machine."""
WHILE = 30
"""Looks without a change after which it is calm."""


class Watch:
    """The changes of one database, as events."""

    def __init__(self, database: Database, transfers: Transfers) -> None:
        self._database = database
        self._transfers = transfers

    async def events(self) -> AsyncIterator[Event | NoticesWaiting]:
        """Yield what changed since this was called, for ever; a burst of changes is one event."""
        import asyncio  # here, so that a plain list does without its 50 ms

        version, ticks = self._database.version(), self._database.ticks()
        vain = 0
        while True:
            await asyncio.sleep(INTERVAL if vain < WHILE else CALM)
            latest = self._database.version()
            vain += 1
            if latest == version:
                continue
            vain = 0
            version, before, ticks = latest, ticks, self._database.ticks()
            if ticks[TRANSFERS] != before[TRANSFERS]:
                yield TransfersChanged(await self._transfers.catch_up())
            if ticks[LINKS] != before[LINKS]:
                yield LinksChanged()
            if ticks[FILES] != before[FILES]:
                yield FilesChanged()
            if ticks[PLANS] != before[PLANS]:
                yield PlansChanged()
            if ticks[NOTICES] != before[NOTICES]:
                yield NoticesWaiting()
