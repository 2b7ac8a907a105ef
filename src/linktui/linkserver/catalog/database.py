"""The catalogue's SQLite file: quick reads in place, durable writes in one thread."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from linktui.linkserver.catalog.schema import MIGRATIONS
from linktui.linkserver.catalog.writer import Writer
from linktui.model.errors import DatabaseTooNew, StorageUnusable
from linktui.storage.damage import named

T = TypeVar("T")

BUSY_MS = 5_000
CACHE_KIB = 8 * 1024


class Database:
    """One open catalogue; close it when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with named(path):
                self._writer = _connect(path)
                _migrate(self._writer, path)
                self.read = _connect(path)
                self._searcher = _connect(path)
        except OSError as error:
            raise StorageUnusable(path, str(error)) from error
        self._writing = Writer(self._writer, path)
        self._searching = ThreadPoolExecutor(max_workers=1, thread_name_prefix="linktui-search")

    def close(self) -> None:
        """Finish the writes at hand and close the file."""
        self._writing.close()
        self._searching.shutdown(wait=True)
        self._searcher.close()
        self.read.close()
        self._writer.close()

    async def search(self, act: Callable[[apsw.Connection], T]) -> T:
        """Run `act`, which only reads but may look at every row, without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._searching, act, self._searcher)

    def write_now(self, act: Callable[[apsw.Connection], T]) -> T:
        """Run `act` whole or not at all, make it durable, and return its result."""
        return self._writing.submit(act).result()

    async def write(self, act: Callable[[apsw.Connection], T]) -> T:
        """Do the same without holding up the event loop; raises StorageUnusable when the disk is full."""
        return await asyncio.wrap_future(self._writing.submit(act))


def _connect(path: Path) -> apsw.Connection:
    if not path.exists():
        path.touch(mode=0o600)
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_MS)
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    connection.pragma("foreign_keys", True)
    connection.pragma("cache_size", -CACHE_KIB)
    return connection


def _migrate(connection: apsw.Connection, path: Path) -> None:
    version = int(connection.pragma("user_version"))
    if version > len(MIGRATIONS):
        raise DatabaseTooNew(path, f"schema {version}, this linktui knows {len(MIGRATIONS)}")
    if version == len(MIGRATIONS):
        return
    if version:
        connection.pragma("wal_checkpoint(TRUNCATE)")
        backup = path.with_name(f"{path.name}.v{version}")
        shutil.copyfile(path, backup)
        backup.chmod(0o600)
    with connection:
        for statement in MIGRATIONS[version:]:
            connection.execute(statement)
        connection.pragma("user_version", len(MIGRATIONS))
