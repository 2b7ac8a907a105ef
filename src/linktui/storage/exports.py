"""Links as they were written into a sheet, so that reading it tells what the person changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import apsw

from linktui.model.query import Key
from linktui.storage.columns import to_ms
from linktui.storage.database import Database

KEPT = 50
"""Exports that are remembered; reading an older one is refused."""


class Exports:
    """The exports in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, export: str, rows: Iterable[tuple[Key, Mapping[str, str]]], *, at: datetime) -> None:
        """Remember what was written for each link, and forget the oldest exports."""
        entries = [(export, *key, json.dumps(dict(cells), ensure_ascii=False)) for key, cells in rows]

        def act(connection: apsw.Connection) -> None:
            connection.execute("INSERT INTO export VALUES (?, ?)", (export, to_ms(at)))
            connection.executemany("INSERT OR REPLACE INTO exported VALUES (?, ?, ?, ?)", entries)
            kept = "SELECT id FROM export ORDER BY at DESC, rowid DESC LIMIT ?"
            connection.execute(f"DELETE FROM exported WHERE export NOT IN ({kept})", (KEPT,))
            connection.execute(f"DELETE FROM export WHERE id NOT IN ({kept})", (KEPT,))

        await self._database.write(act)

    def get(self, export: str) -> dict[Key, dict[str, str]] | None:
        """Return what was written for each link; None for an export that is not known any more."""
        if self._database.read.execute("SELECT 1 FROM export WHERE id = ?", (export,)).fetchone() is None:
            return None
        rows = self._database.read.execute(
            "SELECT account, id, link FROM exported WHERE export = ?", (export,)
        )
        return {(str(account), str(link_id)): json.loads(str(cells)) for account, link_id, cells in rows}

    async def remove(self, export: str) -> None:
        """Forget an export."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM exported WHERE export = ?", (export,))
            connection.execute("DELETE FROM export WHERE id = ?", (export,))

        await self._database.write(act)
