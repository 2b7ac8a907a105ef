"""Take note of the calls that providers make, without making a call wait for the disk."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from linktui.model.call import Call
from linktui.model.errors import StorageError
from linktui.storage.calls import Calls

if TYPE_CHECKING:  # asyncio is imported where it runs: a list is printed sooner without it
    import asyncio

REST = 0.2
"""Seconds that calls are collected for before they are written together."""


class CallLog:
    """The calls of this process on their way to the list that all processes share."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._waiting: list[Call] = []
        self._writing: asyncio.Task[None] | None = None

    def note(self, call: Call) -> None:
        """Keep a call; it is in the list a moment later."""
        import asyncio

        self._waiting.append(call)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write(), name="note calls")

    def latest(self, *, account: str | None = None, limit: int = 200) -> list[Call]:
        """Return the latest calls, newest first."""
        return self._calls.latest(account=account, limit=limit)

    async def close(self) -> None:
        """Write what is waiting."""
        import asyncio

        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
        await self._flush()

    async def _write(self) -> None:
        import asyncio

        await asyncio.sleep(REST)
        await self._flush()

    async def _flush(self) -> None:
        while self._waiting:
            calls, self._waiting = self._waiting, []
            with suppress(StorageError):  # the list is for people's information; the call itself went well
                await self._calls.add(calls)
