"""What linktui remembers of each account between runs: its clock, its place in the changes, its health."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import apsw

from linktui.model.capability import Ability
from linktui.model.identity import Identity
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import FILES, LINKS, TRANSFERS, Database

_TABLES = ("link", "file", "folder", "transfer", "change", "account_state", "call", "sweep", "swept")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """The memory of one account."""

    clock_offset: timedelta = timedelta(0)
    """Add to this machine's clock to get the service's."""
    cursor: str = ""
    """Where the next look for changes begins."""
    synced_at: datetime | None = None
    """When the links were last known to be complete."""
    looked_at: datetime | None = None
    """When what is new was last asked for; what changed elsewhere may be older."""
    error: str = ""
    """Why the last look failed, in one sentence; empty when it did not."""
    identity: Identity = field(default_factory=Identity)
    """Who the account is, as last told."""

    swept: int | None = None
    """Links that the sweep under way has been told; None while there is none."""

    @property
    def as_of(self) -> datetime | None:
        """When the account last answered a look; None before all of it was told once."""
        if self.synced_at is None or self.looked_at is None:
            return self.synced_at
        return max(self.synced_at, self.looked_at)


class Accounts:
    """The account memories in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, account: str) -> AccountState:
        """Return what is remembered; an account never seen has an empty memory."""
        row = self._database.read.execute(
            "SELECT clock_offset_ms, cursor, synced_at, looked_at, error, identity,"
            " (SELECT told FROM sweep WHERE sweep.account = account_state.account)"
            " FROM account_state WHERE account = ?",
            (account,),
        ).fetchone()
        if row is None:
            return AccountState()
        offset, cursor, synced, looked, error, identity, told = row
        return AccountState(
            clock_offset=timedelta(milliseconds=int(offset)),
            cursor=str(cursor),
            synced_at=from_ms(synced),
            looked_at=from_ms(looked),
            error=str(error),
            identity=_identity(json.loads(str(identity))),
            swept=told,
        )

    async def synced(self, account: str, *, at: datetime, cursor: str, clock_offset: timedelta) -> None:
        """Note a look that went well; the lists are told when it is the first, or ends a trouble."""
        before = self.get(account)
        news = before.synced_at is None or bool(before.error)
        offset_ms = round(clock_offset.total_seconds() * 1000)

        def act(connection: apsw.Connection) -> None:
            ensure_account(connection, account)
            connection.execute(
                "UPDATE account_state SET cursor = ?, synced_at = ?, clock_offset_ms = ?, error = ''"
                " WHERE account = ?",
                (cursor, to_ms(at), offset_ms, account),
            )

        await self._database.write_progress(act, topics=[LINKS, FILES] if news else [])

    async def looked(self, account: str, *, at: datetime, clock_offset: timedelta) -> None:
        """Note that what is new was asked for; the lists are told when that ends a trouble."""
        topics = [LINKS, FILES] if self.get(account).error else []
        offset_ms = round(clock_offset.total_seconds() * 1000)

        def act(connection: apsw.Connection) -> None:
            ensure_account(connection, account)
            connection.execute(
                "UPDATE account_state SET looked_at = ?, clock_offset_ms = ?, error = '' WHERE account = ?",
                (to_ms(at), offset_ms, account),
            )

        await self._database.write_progress(act, topics=topics)

    async def forget_place(self, account: str) -> None:
        """Have the next look for changes begin at the beginning."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("UPDATE account_state SET cursor = '' WHERE account = ?", (account,))

        await self._database.write(act)

    async def failed(self, account: str, *, error: str) -> None:
        """Note why a look did not go well."""

        def act(connection: apsw.Connection) -> None:
            ensure_account(connection, account)
            connection.execute("UPDATE account_state SET error = ? WHERE account = ?", (error, account))

        if self.get(account).error != error:
            await self._database.write(act, topics=[LINKS])

    async def identified(self, account: str, identity: Identity) -> None:
        """Note who the account is."""
        text = json.dumps(
            {
                "who": identity.who,
                "live": identity.live,
                "version": identity.version,
                "missing": dict(identity.missing),
                "facts": dict(identity.facts),
            }
        )

        def act(connection: apsw.Connection) -> None:
            ensure_account(connection, account)
            connection.execute("UPDATE account_state SET identity = ? WHERE account = ?", (text, account))

        await self._database.write(act, topics=[LINKS])

    def identities(self) -> dict[str, str]:
        """Return who each account is as it was written down, to see whether anything is another."""
        rows = self._database.read.execute("SELECT account, identity FROM account_state")
        return {str(account): str(identity) for account, identity in rows}

    async def rename(self, old: str, new: str) -> None:
        """Remember under another name what was known of an account: its links, files, uploads and journal."""

        def act(connection: apsw.Connection) -> None:
            _forget(connection, new)  # left by one that a person took out of the file by hand
            for table in _TABLES:
                connection.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (new, old))

        await self._database.write(act, topics=[LINKS, FILES, TRANSFERS])

    def has_uploads(self, account: str) -> bool:
        """Tell whether uploads of the account are not over yet."""
        return bool(
            self._database.read.execute(
                "SELECT count(*) FROM transfer WHERE account = ?"
                " AND state NOT IN ('done', 'failed', 'cancelled')",
                (account,),
            ).get
        )

    async def remove(self, account: str) -> None:
        """Forget what was known of an account; the journal of what was done to it stays."""
        await self._database.write(lambda connection: _forget(connection, account), topics=[LINKS, FILES])

    async def ask(self, account: str, *, at: datetime) -> None:
        """Ask the daemon to look at the account as soon as it can."""

        def act(connection: apsw.Connection) -> None:
            ensure_account(connection, account)
            connection.execute(
                "UPDATE account_state SET asked_at = ? WHERE account = ?", (to_ms(at), account)
            )

        await self._database.write(act)

    def asked(self, account: str) -> datetime | None:
        """Return when somebody last asked for a look."""
        row = self._database.read.execute("SELECT asked_at FROM account_state WHERE account = ?", (account,))
        ms: int | None = row.get
        return from_ms(ms)


def _identity(values: dict[str, Any]) -> Identity:
    known = set(Ability)
    missing = values.get("missing", {})
    return Identity(
        who=values.get("who", ""),
        live=values.get("live"),
        version=values.get("version", ""),
        missing=MappingProxyType({Ability(name): why for name, why in missing.items() if name in known}),
        facts=MappingProxyType(values.get("facts", {})),
    )


def _forget(connection: apsw.Connection, account: str) -> None:
    for table in ("link", "file", "folder", "account_state", "sweep", "swept"):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))


def ensure_account(connection: apsw.Connection, account: str) -> None:
    """Have a row for what is remembered of an account, in a transaction that is open."""
    connection.execute("INSERT OR IGNORE INTO account_state (account) VALUES (?)", (account,))
