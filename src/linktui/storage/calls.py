"""The latest calls made to the services, by every process of this home."""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from linktui.model.call import Call
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import CALLS, Database

KEPT = 5_000
_COLUMNS = "at, account, method, path, seconds, status, request_id, error"


class Calls:
    """The list of calls in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, *, account: str | None = None, limit: int = 200) -> list[Call]:
        """Return the latest calls, newest first."""
        where, parameters = ("", []) if account is None else (" WHERE account = ?", [account])
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM call{where} ORDER BY id DESC LIMIT ?", (*parameters, limit)
        )
        return [_call(row) for row in rows]

    async def add(self, calls: Iterable[Call]) -> None:
        """Keep calls, and let go of the oldest; a power cut may lose the last."""
        rows = [
            (
                to_ms(call.at),
                call.account,
                call.method,
                call.path,
                call.seconds,
                call.status,
                call.request_id,
                call.error,
            )
            for call in calls
        ]

        def act(connection: apsw.Connection) -> None:
            connection.executemany(f"INSERT INTO call ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute("DELETE FROM call WHERE id <= (SELECT max(id) FROM call) - ?", (KEPT,))

        await self._database.write_progress(act, topics=[CALLS])


def _call(row: tuple[apsw.SQLiteValue, ...]) -> Call:
    at, account, method, path, seconds, status, request_id, error = row
    assert isinstance(at, int)
    assert isinstance(seconds, float)
    assert status is None or isinstance(status, int)
    return Call(
        at=from_ms(at),
        account=str(account),
        method=str(method),
        path=str(path),
        seconds=seconds,
        status=status,
        request_id=str(request_id),
        error=str(error),
    )
