"""The local database: one SQLite file that the face and the daemon share.

Reads go through a connection of the calling thread's own and are quick (WAL readers never wait for
the writer). Writes go through one writer thread, each a transaction of its own, so that the disk's
flush never holds up the event loop. https://sqlite.org/wal.html
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from linktui.model.errors import DatabaseCorrupt, DatabaseTooNew, StorageUnusable
from linktui.storage.migrations import MIGRATIONS

T = TypeVar("T")

BUSY_MS = 10_000
DURABLE = "FULL"
QUICK = "NORMAL"
"""Progress may be lost in a power cut, the facts may not: https://sqlite.org/pragma.html#pragma_synchronous"""
LINKS = "links"
FILES = "files"
TRANSFERS = "transfers"
TOPICS = (LINKS, FILES, TRANSFERS)


class Database:
    """One open database; close it when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._reader = _connect(path)
            _migrate(self._reader, path)
        except apsw.NotADBError as error:
            raise DatabaseCorrupt(path, str(error)) from error
        except apsw.CorruptError as error:
            raise DatabaseCorrupt(path, str(error)) from error
        except (apsw.Error, OSError) as error:
            raise StorageUnusable(path, str(error)) from error
        self._writers: dict[str, apsw.Connection] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="linktui-write")

    def close(self) -> None:
        """Finish the writes at hand and close every connection."""
        self._thread.shutdown(wait=True)
        for connection in (*self._writers.values(), self._reader):
            connection.close()

    @property
    def read(self) -> apsw.Connection:
        """The connection for reading, on the thread that opened the database."""
        return self._reader

    def write_now(self, act: Callable[[apsw.Connection], T], *, topics: Iterable[str] = ()) -> T:
        """Run `act` in one durable transaction and return its result.

        `topics` names the lists it changes, for everybody who watches. Raises StorageUnusable when
        the disk is full or the file has gone read-only; nothing of the act is kept then.
        """
        return self._thread.submit(self._transaction, DURABLE, act, tuple(topics)).result()

    async def write(self, act: Callable[[apsw.Connection], T], *, topics: Iterable[str] = ()) -> T:
        """Do the same without holding up the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transaction, DURABLE, act, tuple(topics))

    async def write_progress(self, act: Callable[[apsw.Connection], T], *, topics: Iterable[str] = ()) -> T:
        """Run `act` in a transaction that a power cut may undo."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transaction, QUICK, act, tuple(topics))

    def version(self) -> int:
        """Return a number that differs once any other connection has changed the database."""
        return int(self._reader.pragma("data_version"))

    def ticks(self) -> dict[str, int]:
        """Return how often each topic has changed."""
        return {str(topic): int(n) for topic, n in self._reader.execute("SELECT topic, n FROM tick")}

    def _writer(self, synchronous: str) -> apsw.Connection:
        """Return the connection for one kind of write, opened by the first: most looks never write."""
        if synchronous not in self._writers:
            connection = _connect(self.path)
            connection.pragma("synchronous", synchronous)
            self._writers[synchronous] = connection
        return self._writers[synchronous]

    def _transaction(
        self, synchronous: str, act: Callable[[apsw.Connection], T], topics: tuple[str, ...]
    ) -> T:
        connection = self._writer(synchronous)
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
        except (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.BusyError) as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise StorageUnusable(self.path, str(error)) from error
        return result


def check(path: Path) -> str:
    """Return SQLite's own verdict on the database file: "ok", or what is wrong with it."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return str(connection.pragma("quick_check"))
        finally:
            connection.close()
    except apsw.Error as error:
        return str(error)


def _connect(path: Path) -> apsw.Connection:
    if not path.exists():
        path.touch(mode=0o600)
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_MS)
    _use_wal(connection)
    connection.pragma("synchronous", DURABLE)
    connection.pragma("foreign_keys", True)
    return connection


def _use_wal(connection: apsw.Connection) -> None:
    """Turn the write-ahead log on; two processes that make the database at once take turns.

    SQLite does not wait by itself here: https://sqlite.org/wal.html#activating_and_configuring_wal_mode
    """
    end = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.pragma("journal_mode", "WAL")
        except apsw.BusyError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


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
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Somebody else may have migrated while this process waited for the lock.
        for statement in MIGRATIONS[int(connection.pragma("user_version")) :]:
            connection.execute(statement)
        connection.pragma("user_version", len(MIGRATIONS))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
