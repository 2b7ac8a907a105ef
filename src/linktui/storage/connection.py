"""Open a connection to the database file, set up the way everybody here uses it."""

from __future__ import annotations

import time
from pathlib import Path

import apsw

from linktui.model.fuzzy import fuzzy
from linktui.model.natural import natural_key

BUSY_MS = 10_000
DURABLE = "FULL"
QUICK = "NORMAL"
"""Progress may be lost in a power cut, the facts may not: https://sqlite.org/pragma.html#pragma_synchronous"""


def connect(path: Path) -> apsw.Connection:
    """Return a connection to the file, made (0600) if need be."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_MS)
    _use_wal(connection)
    connection.pragma("synchronous", DURABLE)
    connection.pragma("foreign_keys", True)
    return connection


def add_functions(connection: apsw.Connection) -> None:
    """Teach a connection the functions that filters and migrations use."""
    connection.create_scalar_function("fuzzy", _fuzzy, 2, deterministic=True)
    connection.create_scalar_function("fold", _fold, 1, deterministic=True)
    connection.create_scalar_function("natural", _natural, 1, deterministic=True)


def _fuzzy(*arguments: apsw.SQLiteValue) -> bool:
    word, text = arguments
    return fuzzy(str(word), str(text))


def _fold(*arguments: apsw.SQLiteValue) -> str:
    """Return a text without its case, of any alphabet; SQLite's own lower() knows ASCII alone."""
    return str(arguments[0]).casefold()


def _natural(*arguments: apsw.SQLiteValue) -> str:
    return natural_key(str(arguments[0]))


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
