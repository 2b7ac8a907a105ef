"""Databases that begin as a copy of one, as making the tables anew takes longer than most tests' own work."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import apsw
import pytest

from linktui.storage import database
from linktui.storage.connection import connect
from linktui.storage.database import Database


def begin_with_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each new local database start with the tables of one that was made in this process before."""

    def copied(path: Path) -> apsw.Connection:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(_empty())
        return connect(path)

    _empty()  # made as it is everywhere else
    monkeypatch.setattr(database, "connect", copied)


@functools.cache
def _empty() -> bytes:
    """Return the bytes of a new database."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "linktui.db"
        Database(path).close()
        assert not path.with_name("linktui.db-wal").exists()
        return path.read_bytes()
