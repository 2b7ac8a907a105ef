"""A second reader in a thread of its own, for what takes longer than a screen may wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TypeVar

import apsw

from linktui.storage.connection import add_functions, connect

T = TypeVar("T")


class Aside:
    """Reads one thing after another; SQLite lets go of the interpreter while it looks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: apsw.Connection | None = None
        self._turning = Lock()
        self._under_way: object = None
        """Stands for what is being read."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="linktui-read")

    def close(self) -> None:
        """Break off what is being read."""
        if self._connection is not None:
            self._connection.interrupt()
        self._thread.shutdown(wait=True)
        if self._connection is not None:
            self._connection.close()

    async def read(self, act: Callable[[apsw.Connection], T]) -> T:
        """Return what `act` reads; to cancel the wait breaks the reading off."""
        loop = asyncio.get_running_loop()
        mine = object()
        reading = self._thread.submit(self._read, act, mine)
        try:
            return await asyncio.wrap_future(reading, loop=loop)
        except asyncio.CancelledError:
            if not reading.cancel():
                self._break_off(mine)
            raise

    def _break_off(self, reading: object) -> None:
        """Interrupt a reading, unless it is over by now and the next one is under way."""
        with self._turning:
            if self._under_way is reading and self._connection is not None:
                self._connection.interrupt()

    def _read(self, act: Callable[[apsw.Connection], T], reading: object) -> T:
        if self._connection is None:
            self._connection = connect(self._path)
            add_functions(self._connection)
        # One transaction, so that all that is read is of one moment.
        self._connection.execute("BEGIN")
        self._turn_to(reading)
        try:
            return act(self._connection)
        finally:
            self._turn_to(None)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _turn_to(self, reading: object) -> None:
        with self._turning:
            self._under_way = reading
