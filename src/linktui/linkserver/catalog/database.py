"""The catalogue's SQLite file: quick reads in place, every write a durable transaction in one thread."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from linktui.linkserver.catalog.schema import MIGRATIONS
from linktui.model.errors import DatabaseCorrupt, DatabaseTooNew, StorageUnusable

T = TypeVar("T")

BUSY_MS = 5_000


class Database:
    """One open catalogue; close it when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._writer = _connect(path)
            _migrate(self._writer, path)
            self.read = _connect(path)
        except (apsw.NotADBError, apsw.CorruptError) as error:
            raise DatabaseCorrupt(path, str(error)) from error
        except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.FullError, apsw.IOError, OSError) as error:
            raise StorageUnusable(path, str(error)) from error
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="linktui-catalogue")

    def close(self) -> None:
        """Finish the writes at hand and close the file."""
        self._thread.shutdown(wait=True)
        self.read.close()
        self._writer.close()

    def write_now(self, act: Callable[[apsw.Connection], T]) -> T:
        """Run `act` in one durable transaction and return its result."""
        return self._thread.submit(self._transaction, act).result()

    async def write(self, act: Callable[[apsw.Connection], T]) -> T:
        """Do the same without holding up the event loop; raises StorageUnusable when the disk is full."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, act)

    def _transaction(self, act: Callable[[apsw.Connection], T]) -> T:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                result = act(self._writer)
            except BaseException:
                if self._writer.in_transaction:  # a full disk has rolled it back already
                    self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")
        except (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.BusyError) as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise StorageUnusable(self.path, str(error)) from error
        return result


def _connect(path: Path) -> apsw.Connection:
    if not path.exists():
        path.touch(mode=0o600)
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_MS)
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    connection.pragma("foreign_keys", True)
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
