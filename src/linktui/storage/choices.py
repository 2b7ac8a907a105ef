"""Small choices that outlive a run, such as the bandwidth limit set from the queue's screen."""

from __future__ import annotations

import apsw

from linktui.storage.database import TRANSFERS, Database


class Choices:
    """Named choices in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str | None:
        """Return the choice, or None if it was never made."""
        row = self._database.read.execute("SELECT value FROM choice WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    async def set(self, name: str, value: str) -> None:
        """Make a choice."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO choice VALUES (?, ?)", (name, value))

        await self._database.write(act, topics=[TRANSFERS])
