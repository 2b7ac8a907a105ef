"""The one thread that writes, each write a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from linktui.storage.connection import connect
from linktui.storage.damage import storage_error

T = TypeVar("T")


class Writer:
    """The writing side of one database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: dict[str, apsw.Connection] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="linktui-write")

    def close(self) -> None:
        """Finish the writes at hand and close the connections."""
        self._thread.shutdown(wait=True)
        for connection in self._connections.values():
            connection.close()

    def write_now(self, act: Callable[[apsw.Connection], T], *, synchronous: str, topics: Iterable[str]) -> T:
        """Run `act` in a transaction and return its result; raises StorageUnusable."""
        return self._thread.submit(self._transaction, synchronous, act, tuple(topics)).result()

    async def write(
        self, act: Callable[[apsw.Connection], T], *, synchronous: str, topics: Iterable[str]
    ) -> T:
        """Do the same without holding up the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transaction, synchronous, act, tuple(topics))

    def _connection(self, synchronous: str) -> apsw.Connection:
        """Return the connection for one kind of write, opened by the first."""
        if synchronous not in self._connections:
            connection = connect(self._path)
            connection.pragma("synchronous", synchronous)
            self._connections[synchronous] = connection
        return self._connections[synchronous]

    def _transaction(
        self, synchronous: str, act: Callable[[apsw.Connection], T], topics: tuple[str, ...]
    ) -> T:
        connection = self._connection(synchronous)
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = act(connection)
                for topic in topics:
                    connection.execute("UPDATE tick SET n = n + 1 WHERE topic = ?", (topic,))
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except apsw.Error as error:
            known = storage_error(error, self._path)
            if known is None:
                raise
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise known from error
        return result
