"""The journal: what linktui set out to do, committed first, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import apsw

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.link import Link
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import PLANS, Database
from linktui.storage.records import (
    intent_from_json,
    intent_to_json,
    link_from_json,
    link_to_json,
    without_password,
)

COLUMNS = (
    "id, at, account, verb, subject, name, detail, state, error, plan, phase, before, intent, after, key,"
    " final, calls, tried"
)
INSERT = (
    "INSERT INTO change (at, account, verb, subject, name, detail, state, error, plan, phase, before, intent,"
    " key, final, calls) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOVES = (
    "SELECT id FROM change WHERE verb = 'move' AND"
    " ((before ->> '$.account' = ? AND before ->> '$.id' = ?)"
    " OR (after <> '' AND after ->> '$.account' = ? AND after ->> '$.id' = ?))"
)
"""A move is part of the history of both its links, the old one and the new one."""
UNBEGUN = (ChangeState.PLANNED.value, ChangeState.CANNOT.value)
"""What is no part of the history: nobody began it."""


class Changes:
    """The journal in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, verb: str, *, account: str, subject: str, detail: str, at: datetime) -> int:
        """Commit what is about to be done to a file and return the entry's number."""

        def act(connection: apsw.Connection) -> int:
            connection.execute(
                "INSERT INTO change (at, account, verb, subject, detail, state) VALUES (?, ?, ?, ?, ?, ?)",
                (to_ms(at), account, verb, subject, detail, ChangeState.INTENDED.value),
            )
            return connection.last_insert_rowid()

        return await self._database.write(act)

    async def intend_at_once(self, intent: Intent, *, detail: str, at: datetime, key: str) -> int:
        """Commit a change of a link that is about to be made, as a plan of its own that is applied already.

        So it can be undone like any other.
        """

        def act(connection: apsw.Connection) -> int:
            connection.execute(
                "INSERT INTO plan (at, title, state, began_at, ended_at) VALUES (?, ?, 'settled', ?, ?)",
                (to_ms(at), f"{intent.verb.value} “{intent.name}”", to_ms(at), to_ms(at)),
            )
            plan = connection.last_insert_rowid()
            row = row_of(intent, plan=plan, at=at, detail=detail, state=ChangeState.INTENDED, key=key)
            connection.execute(INSERT, row)
            return connection.last_insert_rowid()

        return await self._database.write(act, topics=[PLANS])

    async def finish(
        self,
        change_id: int,
        *,
        subject: str | None = None,
        error: str = "",
        after: Link | None = None,
    ) -> None:
        """Commit how it ended; `subject` names what a create made, `after` is the link as it was left."""
        state = ChangeState.FAILED if error else ChangeState.DONE

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE change SET state = ?, error = ?, after = ?, subject = ifnull(?, subject)"
                " WHERE id = ?",
                (state.value, error, link_to_json(after), subject, change_id),
            )
            forget_passwords(connection, [change_id])

        await self._database.write(act, topics=[PLANS])

    def get(self, change_id: int) -> Change | None:
        """Return one entry."""
        row = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE id = ?", (change_id,)
        ).fetchone()
        return None if row is None else change_of(row)

    def of(self, account: str, subject: str) -> list[Change]:
        """Return what was done to one link or file, newest first."""
        rows = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE account = ? AND subject = ? AND state NOT IN (?, ?)"
            f" UNION SELECT {COLUMNS} FROM change WHERE id IN ({_MOVES}) AND state NOT IN (?, ?)"
            " ORDER BY id DESC LIMIT 500",
            (account, subject, *UNBEGUN, account, subject, account, subject, *UNBEGUN),
        )
        return [change_of(row) for row in rows]

    def history(self, *, limit: int, offset: int = 0, account: str = "") -> list[Change]:
        """Return everything that was begun, newest first."""
        rows = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE state NOT IN (?, ?) AND (? = '' OR account = ?)"
            " ORDER BY id DESC LIMIT ? OFFSET ?",
            (*UNBEGUN, account, account, limit, offset),
        )
        return [change_of(row) for row in rows]

    def begun(self) -> int:
        """Return how many entries the history has."""
        return int(
            self._database.read.execute("SELECT count(*) FROM change WHERE state NOT IN (?, ?)", UNBEGUN).get
        )


def row_of(
    intent: Intent, *, plan: int | None, at: datetime, detail: str, state: ChangeState, key: str
) -> tuple[apsw.SQLiteValue, ...]:
    """Return the columns of a change that somebody wants."""
    return (
        to_ms(at),
        intent.account,
        intent.verb.value,
        intent.link.id if intent.link is not None and intent.verb is not Verb.CREATE else "",
        intent.name,
        detail,
        state.value,
        intent.reason,
        plan,
        intent.phase,
        link_to_json(intent.link),
        intent_to_json(intent),
        key,
        int(intent.final),
        intent.calls,
    )


def forget_passwords(connection: apsw.Connection, change_ids: Iterable[int]) -> None:
    """Take the passwords out of changes that are over."""
    ids = ", ".join(str(int(one)) for one in change_ids)
    rows = connection.execute(
        f"SELECT id, verb, account, intent FROM change WHERE id IN ({ids}) AND intent GLOB '*password*'"
    ).fetchall()
    for change_id, verb, account, text in rows:
        intent = intent_from_json(str(text), before="", verb=verb, account=account)
        if intent is not None:
            kept = intent_to_json(without_password(intent))
            connection.execute("UPDATE change SET intent = ? WHERE id = ?", (kept, change_id))


def change_of(row: tuple[apsw.SQLiteValue, ...]) -> Change:
    """Return the change in a row of `COLUMNS`."""
    (id_, at, account, verb, subject, name, detail, state, error, plan, phase, before, intent, after, key,
     final, calls, tried) = row  # fmt: skip
    assert isinstance(id_, int)
    assert isinstance(at, int)
    return Change(
        id=id_,
        at=from_ms(at),
        account=str(account),
        verb=str(verb),
        subject=str(subject),
        name=str(name),
        detail=str(detail),
        state=ChangeState(str(state)),
        error=str(error),
        plan=plan if isinstance(plan, int) else None,
        intent=intent_from_json(
            str(intent),
            before=str(before),
            account=str(account),
            verb=verb,
            reason=str(error) if state == ChangeState.CANNOT.value else "",
            final=bool(final),
            calls=calls,
            phase=phase,
        ),
        after=link_from_json(str(after)),
        key=str(key),
        tried=bool(tried),
    )
