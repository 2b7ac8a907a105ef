"""What of which links was written out as text, TOML or CSV: what a person changes in it shows against that.

What is kept holds no URL and no password.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import apsw

from linktui.model.ids import random_id
from linktui.model.query import Key
from linktui.storage.columns import to_ms
from linktui.storage.database import Database

KEPT = 50
KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Exported:
    """One link as it was written out."""

    cells: Mapping[str, str]
    """What stood in the sheet, by key."""
    files: tuple[str, ...] = ()
    """The ids of the link's files."""


class Exports:
    """The exports in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, links: Iterable[tuple[Key, Exported]], *, at: datetime) -> str:
        """Keep what is written out, forget what is old, and return the export's id."""
        export = f"x{random_id(6)}"  # a spreadsheet takes no such word for a number
        rows = [(export, *key, json.dumps(one.cells), json.dumps(one.files)) for key, one in links]

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "DELETE FROM export WHERE at < ? OR id NOT IN"
                " (SELECT id FROM export ORDER BY at DESC LIMIT ?)",
                (to_ms(at - KEPT_FOR), KEPT - 1),
            )
            connection.execute("INSERT INTO export VALUES (?, ?)", (export, to_ms(at)))
            connection.executemany("INSERT INTO exported VALUES (?, ?, ?, ?, ?)", rows)

        await self._database.write(act)
        return export

    def get(self, export: str) -> dict[Key, Exported] | None:
        """Return what an export wrote out, by link; None for one that is not known (any more)."""
        read = self._database.read
        if read.execute("SELECT 1 FROM export WHERE id = ?", (export,)).fetchone() is None:
            return None
        rows = read.execute("SELECT account, id, cells, files FROM exported WHERE export = ?", (export,))
        return {
            (str(account), str(link_id)): Exported(
                json.loads(str(cells)), tuple(json.loads(files)) if files != "[]" else ()
            )
            for account, link_id, cells, files in rows
        }

    async def forget(self, export: str) -> None:
        """Forget an export that nobody will read back."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM export WHERE id = ?", (export,))

        await self._database.write(act)
