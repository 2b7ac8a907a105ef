"""Write down which changes are begun and how they ended, many in one transaction.

A disk takes a few milliseconds to flush, whatever is written: what is told while it does so goes together
into the next transaction. https://sqlite.org/faq.html#q19
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from linktui.model.errors import StorageError
from linktui.storage.plans import Ended, Plans


class Ledger:
    """The journal's writing side while plans are applied."""

    def __init__(self, plans: Plans, *, clock: Callable[[], datetime]) -> None:
        self._plans = plans
        self._clock = clock
        self._begun: list[int] = []
        self._ended: list[Ended] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writing: asyncio.Task[None] | None = None

    async def begin(self, change_ids: Sequence[int]) -> None:
        """Return once it is on disk that some changes are begun; raises StorageError."""
        self._begun += change_ids
        await self._written()

    def end(self, ended: Ended) -> None:
        """Have it written soon how a change ended; until then it counts as one whose end is not known."""
        self._ended.append(ended)
        self._start()

    async def flush(self) -> None:
        """Return once everything told so far is on disk; raises StorageError."""
        if self._begun or self._ended or self._writing is not None:
            await self._written()

    def _written(self) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._start()
        return future

    def _start(self) -> None:
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        """Write until nothing is left."""
        try:
            while self._begun or self._ended or self._waiting:
                # Whoever is ready now comes along: a bigger batch costs no more than a small one.
                await asyncio.sleep(0)
                begun, ended, waiting = self._begun, self._ended, self._waiting
                self._begun, self._ended, self._waiting = [], [], []
                await self._commit(begun, ended, waiting)
        finally:
            self._writing = None

    async def _commit(
        self, begun: list[int], ended: list[Ended], waiting: list[asyncio.Future[None]]
    ) -> None:
        try:
            if begun or ended:
                await self._plans.commit(begun, ended, at=self._clock())
        except StorageError as error:
            # How those ended is lost: they count as begun, and are looked after when the plan goes on.
            for future in _still(waiting):
                future.set_exception(error)
        else:
            for future in _still(waiting):
                future.set_result(None)


def _still(waiting: list[asyncio.Future[None]]) -> list[asyncio.Future[None]]:
    return [future for future in waiting if not future.done()]
