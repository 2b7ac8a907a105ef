"""How far a whole listing of an account's links has come, kept with each page so that it outlives the daemon.

Of links that were known before, the sweep remembers that they are still there (`swept`). At its end, what was
known before and was not told is gone. A link that anybody told meanwhile has a later `seen`, and so is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import apsw

from linktui.model.link import Link
from linktui.storage.accounts import ensure_account
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import LINKS, Database, tick
from linktui.storage.links import write_links
from linktui.storage.list_schema import GONE

STEP = 2_000
"""Links that one transaction looks through."""
_STILL_THERE = (
    "INSERT OR IGNORE INTO swept SELECT link.account, link.id FROM json_each(:ids) AS one CROSS JOIN link"
    " ON link.account = :account AND link.id = one.value WHERE link.seen < :began"
)
_GONE = (
    f"UPDATE link SET gone_at = :now, ends_at = {GONE}"
    " WHERE account = :account AND id > :after AND id <= :last AND seen < :began AND gone_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM swept WHERE swept.account = link.account AND swept.id = link.id)"
    " AND NOT EXISTS (SELECT 1 FROM json_each(:withheld) AS one"
    " WHERE substr(link.id, 1, length(one.value)) = one.value)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepState:
    """A listing that is under way."""

    began_at: datetime
    cursor: str | None = None
    """The page that comes next; None is the first."""
    told: int = 0
    """Links told so far."""
    withheld: frozenset[str] = frozenset()
    """How the ids begin of links that the service would not tell; they are not gone."""


class Sweeps:
    """The sweeps in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, account: str) -> SweepState | None:
        """Return how far the account's sweep has come, or None while none is under way."""
        row = self._database.read.execute(
            "SELECT began_at, cursor, told, withheld FROM sweep WHERE account = ?", (account,)
        ).fetchone()
        if row is None:
            return None
        began, cursor, told, withheld = row
        return SweepState(
            began_at=from_ms(int(began)),
            cursor=cursor,
            told=int(told),
            withheld=frozenset(json.loads(withheld)),
        )

    async def begin(self, account: str, *, at: datetime) -> SweepState:
        """Begin from the first page."""

        def act(connection: apsw.Connection) -> None:
            end_sweep(connection, account)
            ensure_account(connection, account)
            connection.execute(
                "INSERT INTO sweep (account, began_at, told) VALUES (?, ?, 0)", (account, to_ms(at))
            )

        await self._database.write_progress(act)
        return SweepState(began_at=at)

    async def save(
        self,
        account: str,
        links: Iterable[tuple[Link, str]],
        *,
        state: SweepState,
        seen: datetime,
        quietly: bool,
        unsaid: bool,
    ) -> bool:
        """Write one page and the `state` after it, and return whether it changed any link.

        Unless `quietly`, whoever watches is told of that, or of what is still `unsaid` of earlier pages.
        A power cut may undo the page: it comes again.
        """
        rows = list(links)
        ids = json.dumps([link.id for link, _ in rows])
        place = (state.cursor, state.told, json.dumps(sorted(state.withheld)), account)

        def act(connection: apsw.Connection) -> bool:
            changed = write_links(connection, rows, seen=seen)
            connection.execute(_STILL_THERE, {"account": account, "ids": ids, "began": to_ms(state.began_at)})
            connection.execute("UPDATE sweep SET cursor = ?, told = ?, withheld = ? WHERE account = ?", place)
            if (changed or unsaid) and not quietly:
                tick(connection, LINKS)
            return changed

        return await self._database.write_progress(act)

    async def mark_gone(
        self,
        account: str,
        *,
        state: SweepState,
        after: str,
        at: datetime,
    ) -> str | None:
        """Mark what is gone among the next links in the order of their ids; return the last id looked at.

        None says that there was no further link.
        """
        row = self._database.read.execute(
            "SELECT max(id) FROM (SELECT id FROM link WHERE account = ? AND id > ? ORDER BY id LIMIT ?)",
            (account, after, STEP),
        ).get
        if row is None:
            return None
        last = str(row)
        parameters = {
            "now": to_ms(at),
            "account": account,
            "after": after,
            "last": last,
            "began": to_ms(state.began_at),
            "withheld": json.dumps([*state.withheld]),
        }

        def act(connection: apsw.Connection) -> None:
            connection.execute(_GONE, parameters)
            if connection.changes():
                tick(connection, LINKS)

        await self._database.write_progress(act)
        return last

    async def end(self, account: str) -> None:
        """Forget the sweep: it is over, or what it was about is another list now."""
        await self._database.write_progress(lambda connection: end_sweep(connection, account))


def end_sweep(connection: apsw.Connection, account: str) -> None:
    """Forget an account's sweep, in a transaction that is open."""
    for table in ("sweep", "swept"):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
