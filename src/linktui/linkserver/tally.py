"""A download in the log of its link: it counts before its last byte goes out, so no crash gives one away."""

from __future__ import annotations

from collections.abc import Callable

from linktui.linkserver.catalog import downloads
from linktui.linkserver.catalog.database import Database


class Tally:
    """One download that was begun."""

    def __init__(self, database: Database, number: int, *, countable: bool, now: Callable[[], int]) -> None:
        self._database = database
        self._number = number
        self._countable = countable
        self._now = now
        self._counted = False

    async def count(self, size: int) -> None:
        """Count it durably, if it is one that counts: the last of its `size` bytes is about to be sent."""
        if self._countable:
            await self._finish(complete=True, sent=size)
            self._counted = True

    async def end(self, sent: int, *, lost: bool) -> None:
        """Give the slot back; what was counted, and is `lost` for sure, counts no more."""
        if not self._counted:
            await self._finish(complete=False, sent=sent)
        elif lost:
            now = self._now()
            await self._database.write(lambda db: downloads.take_back(db, self._number, sent=sent, now=now))

    async def _finish(self, *, complete: bool, sent: int) -> None:
        now = self._now()
        await self._database.write(
            lambda db: downloads.finish(db, self._number, complete=complete, sent=sent, now=now)
        )
