"""Stored files as last told by the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import apsw

from linktui.model.file import File
from linktui.model.query import Counts, FileQuery, FileSort
from linktui.storage.columns import from_ms, metadata_from_json, metadata_to_json, to_ms
from linktui.storage.database import FILES, Database

_COLUMNS = (
    "account, id, name, size, created_at, media_type, sha256, link_count, from_link, expires_at, linkable,"
    " facts"
)
_ORDER = {
    FileSort.NAME: "name COLLATE NOCASE",
    FileSort.SIZE: "size",
    FileSort.CREATED: "created_at",
    FileSort.LINKS: "link_count",
}


class Files:
    """The stored files in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def window(self, query: FileQuery, *, offset: int, limit: int) -> list[File]:
        """Return the rows from `offset` on, at most `limit`, in the query's order."""
        where, parameters = _where(query)
        direction = "DESC" if query.descending else "ASC"
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM file{where} ORDER BY {_ORDER[query.sort]} {direction}, account, id"
            " LIMIT :limit OFFSET :offset",
            parameters | {"limit": limit, "offset": offset},
        )
        return [_file(row) for row in rows]

    def counts(self, query: FileQuery) -> Counts:
        """Return how many rows the query shows, of how many files there are."""
        where, parameters = _where(query)
        shown = self._database.read.execute(f"SELECT count(*) FROM file{where}", parameters).get
        return Counts(int(shown), int(self._database.read.execute("SELECT count(*) FROM file").get))

    def get(self, account: str, file_id: str) -> File | None:
        """Return one file, or None if it is not known."""
        row = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM file WHERE account = ? AND id = ?", (account, file_id)
        ).fetchone()
        return None if row is None else _file(row)

    def find(self, file_id: str) -> list[File]:
        """Return the files of any account with that id."""
        rows = self._database.read.execute(f"SELECT {_COLUMNS} FROM file WHERE id = ?", (file_id,))
        return [_file(row) for row in rows]

    def same_name(self, account: str, name: str) -> list[File]:
        """Return the account's files of that name, newest first."""
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM file WHERE account = ? AND name = ? ORDER BY created_at DESC",
            (account, name),
        )
        return [_file(row) for row in rows]

    async def save(self, files: Iterable[File], *, seen: datetime) -> None:
        """Insert or replace files; `seen` is when the service told them."""
        told = list(files)

        def act(connection: apsw.Connection) -> None:
            write_files(connection, told, seen=seen)

        await self._database.write(act, topics=[FILES])

    async def remove(self, account: str, file_id: str) -> None:
        """Forget one file."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM file WHERE account = ? AND id = ?", (account, file_id))

        await self._database.write(act, topics=[FILES])

    async def remove_unseen(self, account: str, *, since: datetime) -> None:
        """Forget the account's files that a whole listing begun at `since` did not tell."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM file WHERE account = ? AND seen < ?", (account, to_ms(since)))

        await self._database.write(act, topics=[FILES])


def write_files(connection: apsw.Connection, files: Iterable[File], *, seen: datetime) -> None:
    """Insert or replace files in a transaction that is open."""
    connection.executemany(
        f"INSERT OR REPLACE INTO file ({_COLUMNS}, seen) VALUES ({', '.join('?' * 13)})",
        [_row(file, seen) for file in files],
    )


def _where(query: FileQuery) -> tuple[str, dict[str, str | int]]:
    parts: list[str] = []
    parameters: dict[str, str | int] = {}
    if query.account is not None:
        parts.append("account = :account")
        parameters["account"] = query.account
    for number, word in enumerate(query.text.casefold().split()):
        parts.append(f"(instr(lower(name), :word{number}) > 0 OR instr(lower(id), :word{number}) > 0)")
        parameters[f"word{number}"] = word
    return (" WHERE " + " AND ".join(parts) if parts else ""), parameters


def _row(file: File, seen: datetime) -> tuple[str | int | None, ...]:
    return (
        file.account,
        file.id,
        file.name,
        file.size,
        to_ms(file.created_at),
        file.media_type,
        file.sha256,
        file.link_count,
        file.from_link,
        to_ms(file.expires_at),
        file.linkable,
        metadata_to_json(file.facts),
        to_ms(seen),
    )


def _file(row: tuple[apsw.SQLiteValue, ...]) -> File:
    (account, id_, name, size, created, media_type, sha256, link_count, from_link, expires, linkable,
     facts) = row  # fmt: skip
    assert size is None or isinstance(size, int)
    assert expires is None or isinstance(expires, int)
    assert isinstance(created, int)
    assert isinstance(link_count, int)
    return File(
        account=str(account),
        id=str(id_),
        name=str(name),
        size=size,
        created_at=from_ms(created),
        media_type=str(media_type),
        sha256=str(sha256),
        link_count=link_count,
        from_link=None if from_link is None else str(from_link),
        expires_at=from_ms(expires),
        linkable=str(linkable),
        facts=metadata_from_json(str(facts)),
    )
