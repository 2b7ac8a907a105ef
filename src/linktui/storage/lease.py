"""The lease of the one daemon that serves this database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import apsw

from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who serves this database, since when, and where its link server answers."""

    pid: int
    boot_id: str
    """The kernel's id of this boot: a pid means nothing after the next one."""
    since: datetime
    heartbeat: datetime
    address: str
    """The link server's base URL."""


class Leases:
    """The lease row in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Lease | None:
        """Return the lease as last written, whether or not its holder lives."""
        row = self._database.read.execute(
            "SELECT pid, boot_id, since, heartbeat, address FROM lease"
        ).fetchone()
        if row is None:
            return None
        pid, boot_id, since, heartbeat, address = row
        return Lease(
            pid=int(pid),
            boot_id=str(boot_id),
            since=from_ms(int(since)),
            heartbeat=from_ms(int(heartbeat)),
            address=str(address),
        )

    async def take(self, lease: Lease) -> None:
        """Write the lease; the caller holds the file lock, so whoever held it before is gone."""

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?, ?)",
                (lease.pid, lease.boot_id, to_ms(lease.since), to_ms(lease.heartbeat), lease.address),
            )

        await self._database.write(act)

    async def beat(self, at: datetime) -> None:
        """Note that the holder is alive."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("UPDATE lease SET heartbeat = ?", (to_ms(at),))

        await self._database.write_progress(act)

    async def release(self) -> None:
        """Take the row away on a clean end."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM lease")

        await self._database.write(act)
