"""The local database: one SQLite file that the face and the daemon share.

Reads go through a connection of the calling thread's own and are quick (WAL readers never wait for
the writer). Writes go through one writer thread, each a transaction of its own, so that the disk's
flush never holds up the event loop. https://sqlite.org/wal.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import apsw

from linktui.model.errors import DatabaseCorrupt, DatabaseTooNew, StorageUnusable
from linktui.storage.connection import DURABLE, QUICK, add_functions, connect
from linktui.storage.damage import DAMAGED
from linktui.storage.migrations import MIGRATIONS

if TYPE_CHECKING:
    from linktui.storage.aside import Aside
    from linktui.storage.writer import Writer

T = TypeVar("T")

LINKS = "links"
FILES = "files"
TRANSFERS = "transfers"
CALLS = "calls"
PLANS = "plans"
NOTICES = "notices"


class Database:
    """One open database; close it when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Writer | None = None
        self._aside: Aside | None = None
        try:
            self._reader = connect(path)
            add_functions(self._reader)
            _migrate(self._reader, path)
        except DAMAGED as error:
            raise DatabaseCorrupt(path, str(error)) from error
        except (apsw.Error, OSError) as error:
            raise StorageUnusable(path, str(error)) from error

    def close(self) -> None:
        """Finish the writes at hand and close every connection."""
        if self._aside is not None:
            self._aside.close()
        if self._writer is not None:
            self._writer.close()
        self._reader.close()

    @property
    def read(self) -> apsw.Connection:
        """The connection for reading, on the thread that opened the database."""
        return self._reader

    async def read_aside(self, act: Callable[[apsw.Connection], T]) -> T:
        """Return what `act` reads in another thread; to cancel the wait breaks the reading off."""
        if self._aside is None:
            from linktui.storage.aside import Aside

            self._aside = Aside(self.path)
        return await self._aside.read(act)

    def write_now(self, act: Callable[[apsw.Connection], T], *, topics: Iterable[str] = ()) -> T:
        """Run `act` in one durable transaction and return its result.

        `topics` names the lists it changes, for everybody who watches. Raises StorageUnusable when
        the disk is full or the file has gone read-only; nothing of the act is kept then.
        """
        return self._writing().write_now(act, synchronous=DURABLE, topics=topics)

    async def write(self, act: Callable[[apsw.Connection], T], *, topics: Iterable[str] = ()) -> T:
        """Do the same without holding up the event loop."""
        return await self._writing().write(act, synchronous=DURABLE, topics=topics)

    async def write_progress(self, act: Callable[[apsw.Connection], T], *, topics: Iterable[str] = ()) -> T:
        """Run `act` in a transaction that a power cut may undo."""
        return await self._writing().write(act, synchronous=QUICK, topics=topics)

    def version(self) -> int:
        """Return a number that differs once any other connection has changed the database."""
        return int(self._reader.pragma("data_version"))

    def ticks(self) -> dict[str, int]:
        """Return how often each topic has changed."""
        return {str(topic): int(n) for topic, n in self._reader.execute("SELECT topic, n FROM tick")}

    def _writing(self) -> Writer:
        """Return the writing side, made by the first write: a look needs neither thread nor event loop."""
        if self._writer is None:
            from linktui.storage.writer import Writer

            self._writer = Writer(self.path)
        return self._writer


def tick(connection: apsw.Connection, topic: str) -> None:
    """Tell whoever watches, in a transaction that is open, that a list has changed."""
    connection.execute("UPDATE tick SET n = n + 1 WHERE topic = ?", (topic,))


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


def _migrate(connection: apsw.Connection, path: Path) -> None:
    version = _version(connection, path)
    if version == len(MIGRATIONS):
        return
    # A step may make a table anew under its old name, which must not take along what refers to it:
    # https://sqlite.org/lang_altertable.html#otheralter
    connection.pragma("foreign_keys", False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Somebody else may have migrated while this process waited for the lock.
        version = _version(connection, path)
        if 0 < version < len(MIGRATIONS):
            _back_up(path, path.with_name(f"{path.name}.v{version}"))
        for statement in MIGRATIONS[version:]:
            connection.execute(statement)
        connection.pragma("user_version", len(MIGRATIONS))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    connection.pragma("foreign_keys", True)


def _version(connection: apsw.Connection, path: Path) -> int:
    """Return the schema's number; raises DatabaseTooNew."""
    version = int(connection.pragma("user_version"))
    if version > len(MIGRATIONS):
        raise DatabaseTooNew(path, f"schema {version}, this linktui knows {len(MIGRATIONS)}")
    return version


def _back_up(path: Path, backup: Path) -> None:
    """Copy the database as it is, whole or not at all; a copy that is there already stays.

    The caller holds the lock for writing, so that nobody changes it meanwhile.
    """
    if backup.exists():
        return
    part = backup.with_name(f"{backup.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    whole, copy = apsw.Connection(str(path)), apsw.Connection(str(part))
    with copy.backup("main", whole, "main") as copying:
        copying.step()
    copy.close()
    whole.close()
    part.rename(backup)
