"""What linktui remembers of each account between runs: its clock, its place in the changes, its health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import apsw

from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import LINKS, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """The memory of one account."""

    clock_offset: timedelta = timedelta(0)
    """Add to this machine's clock to get the service's."""
    cursor: str = ""
    """Where the next look for changes begins."""
    synced_at: datetime | None = None
    """When the links were last known to be complete."""
    error: str = ""
    """Why the last look failed, in one sentence; empty when it did not."""


class Accounts:
    """The account memories in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, account: str) -> AccountState:
        """Return what is remembered; an account never seen has an empty memory."""
        row = self._database.read.execute(
            "SELECT clock_offset_ms, cursor, synced_at, error FROM account_state WHERE account = ?",
            (account,),
        ).fetchone()
        if row is None:
            return AccountState()
        offset, cursor, synced, error = row
        return AccountState(
            clock_offset=timedelta(milliseconds=int(offset)),
            cursor=str(cursor),
            synced_at=from_ms(synced),
            error=str(error),
        )

    async def synced(self, account: str, *, at: datetime, cursor: str, clock_offset: timedelta) -> None:
        """Note a look that went well."""
        offset_ms = round(clock_offset.total_seconds() * 1000)

        def act(connection: apsw.Connection) -> None:
            _ensure(connection, account)
            connection.execute(
                "UPDATE account_state SET cursor = ?, synced_at = ?, clock_offset_ms = ?, error = ''"
                " WHERE account = ?",
                (cursor, to_ms(at), offset_ms, account),
            )

        await self._database.write_progress(act)

    async def failed(self, account: str, *, error: str) -> None:
        """Note why a look did not go well."""

        def act(connection: apsw.Connection) -> None:
            _ensure(connection, account)
            connection.execute("UPDATE account_state SET error = ? WHERE account = ?", (error, account))

        if self.get(account).error != error:
            await self._database.write(act, topics=[LINKS])

    async def ask(self, account: str, *, at: datetime) -> None:
        """Ask the daemon to look at the account as soon as it can."""

        def act(connection: apsw.Connection) -> None:
            _ensure(connection, account)
            connection.execute(
                "UPDATE account_state SET asked_at = ? WHERE account = ?", (to_ms(at), account)
            )

        await self._database.write(act)

    def asked(self, account: str) -> datetime | None:
        """Return when somebody last asked for a look."""
        row = self._database.read.execute("SELECT asked_at FROM account_state WHERE account = ?", (account,))
        ms: int | None = row.get
        return from_ms(ms)


def _ensure(connection: apsw.Connection, account: str) -> None:
    connection.execute("INSERT OR IGNORE INTO account_state (account) VALUES (?)", (account,))
