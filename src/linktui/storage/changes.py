"""The journal: what linktui set out to do, committed first, and how it ended."""

from __future__ import annotations

from datetime import datetime

import apsw

from linktui.model.change import Change, ChangeState
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import Database

_COLUMNS = "id, at, account, verb, subject, detail, state, error"


class Changes:
    """The journal in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, verb: str, *, account: str, subject: str, detail: str, at: datetime) -> int:
        """Commit what is about to be done and return the entry's number."""

        def act(connection: apsw.Connection) -> int:
            connection.execute(
                "INSERT INTO change (at, account, verb, subject, detail, state) VALUES (?, ?, ?, ?, ?, ?)",
                (to_ms(at), account, verb, subject, detail, ChangeState.INTENDED.value),
            )
            return connection.last_insert_rowid()

        return await self._database.write(act)

    async def finish(self, change_id: int, *, subject: str | None = None, error: str = "") -> None:
        """Commit how it ended; `subject` names what a create made."""
        state = ChangeState.FAILED if error else ChangeState.DONE

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE change SET state = ?, error = ?, subject = ifnull(?, subject) WHERE id = ?",
                (state.value, error, subject, change_id),
            )

        await self._database.write(act)

    def of(self, account: str, subject: str) -> list[Change]:
        """Return what was done to one link or file, newest first."""
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM change WHERE account = ? AND subject = ? ORDER BY id DESC LIMIT 500",
            (account, subject),
        )
        return [_change(row) for row in rows]


def _change(row: tuple[apsw.SQLiteValue, ...]) -> Change:
    id_, at, account, verb, subject, detail, state, error = row
    assert isinstance(id_, int)
    assert isinstance(at, int)
    return Change(
        id=id_,
        at=from_ms(at),
        account=str(account),
        verb=str(verb),
        subject=str(subject),
        detail=str(detail),
        state=ChangeState(str(state)),
        error=str(error),
    )
