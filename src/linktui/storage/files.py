"""Stored files as last told by the services, and the folders they are in."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import apsw

from linktui.model.file import File, Folder, parent_of
from linktui.model.natural import natural_key
from linktui.model.query import Counts, FileQuery, FileSort
from linktui.storage.columns import from_ms, metadata_from_json, metadata_to_json, to_ms
from linktui.storage.database import FILES, Database

_COLUMNS = (
    "account, id, name, folder, size, created_at, media_type, sha256, link_count, from_link, expires_at,"
    " linkable, facts"
)
_ORDER = {
    FileSort.NAME: "sort_name",
    FileSort.SIZE: "size",
    FileSort.CREATED: "created_at",
    FileSort.LINKS: "links",
}
_LAST = chr(0x10FFFF)
"""What comes after everything that a name begins with."""


class Files:
    """The stored files in the local database, and the folders that some of them are in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def window(
        self, query: FileQuery, *, offset: int, limit: int, counting: Collection[str] = ()
    ) -> list[File]:
        """Return the rows from `offset` on, at most `limit`, in the query's order.

        `counting` are accounts whose service tells no number of links, so that those known here are counted.
        """
        where, parameters = _where(query)
        direction = "DESC" if query.descending else "ASC"
        source, counted = _source(counting)
        rows = self._database.read.execute(
            f"{source}{where} ORDER BY {_ORDER[query.sort]} {direction}, account, id"
            " LIMIT :limit OFFSET :offset",
            parameters | counted | {"limit": limit, "offset": offset},
        )
        return [_file(row) for row in rows]

    def counts(self, query: FileQuery) -> Counts:
        """Return how many files the query shows, of how many there are; of a folder its folders too."""
        shown = self._count("file", query)
        if query.folder is None:
            return Counts(shown, int(self._database.read.execute("SELECT count(*) FROM file").get))
        whole = replace(query, text="")
        return Counts(
            shown + self._count("folder", query), self._count("file", whole) + self._count("folder", whole)
        )

    def folder_count(self, query: FileQuery) -> int:
        """Return how many folders the query's folder shows."""
        return self._count("folder", query)

    def folders(self, query: FileQuery, *, offset: int, limit: int) -> list[Folder]:
        """Return folders that are right in the query's folder, from `offset` on, by name."""
        where, parameters = _where(query, at="parent")
        order = "DESC" if query.descending and query.sort is FileSort.NAME else "ASC"
        rows = self._database.read.execute(
            f"SELECT account, path, created_at FROM folder{where} ORDER BY sort_name {order}, path"
            " LIMIT :limit OFFSET :offset",
            parameters | {"limit": limit, "offset": offset},
        )
        return [Folder(str(account), str(path), from_ms(created)) for account, path, created in rows]

    def get(self, account: str, file_id: str) -> File | None:
        """Return one file, or None if it is not known."""
        row = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM file WHERE account = ? AND id = ?", (account, file_id)
        ).fetchone()
        return None if row is None else _file(row)

    def known(self, account: str, file_ids: Iterable[str]) -> set[str]:
        """Return those ids that are of files of the account."""
        rows = self._database.read.execute(
            "SELECT id FROM file WHERE account = ? AND id IN (SELECT value FROM json_each(?))",
            (account, json.dumps([*file_ids])),
        )
        return {str(id_) for (id_,) in rows}

    def find(self, file_id: str, *, counting: Collection[str] = ()) -> list[File]:
        """Return the files of any account with that id; `counting` is as for `window`."""
        source, counted = _source(counting)
        rows = self._database.read.execute(f"{source} WHERE id = :id", counted | {"id": file_id})
        return [_file(row) for row in rows]

    def same_name(self, account: str, name: str) -> list[File]:
        """Return the account's files of that name, newest first."""
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM file WHERE account = ? AND name = ? ORDER BY created_at DESC",
            (account, name),
        )
        return [_file(row) for row in rows]

    async def save_folder(self, folders: Iterable[Folder], files: Iterable[File], *, seen: datetime) -> None:
        """Insert or replace what one page of a folder told."""
        told, there = list(files), list(folders)

        def act(connection: apsw.Connection) -> None:
            write_files(connection, told, seen=seen)
            _write_folders(connection, there, seen=seen)

        await self._database.write(act, topics=[FILES])

    async def remove_unseen_in(self, account: str, folder: str, *, since: datetime) -> None:
        """Forget what a whole listing of one folder, begun at `since`, did not tell."""

        def act(connection: apsw.Connection) -> None:
            old = (account, folder, to_ms(since))
            connection.execute("DELETE FROM file WHERE account = ? AND folder = ? AND seen < ?", old)
            gone = connection.execute(
                "DELETE FROM folder WHERE account = ? AND parent = ? AND seen < ? RETURNING path", old
            ).fetchall()
            for (path,) in gone:
                below = (account, path, f"{path}{_LAST}")
                connection.execute("DELETE FROM file WHERE account = ? AND folder >= ? AND folder < ?", below)
                connection.execute("DELETE FROM folder WHERE account = ? AND path >= ? AND path < ?", below)

        await self._database.write(act, topics=[FILES])

    def _count(self, table: str, query: FileQuery) -> int:
        where, parameters = _where(query, at="parent" if table == "folder" else "folder")
        return int(self._database.read.execute(f"SELECT count(*) FROM {table}{where}", parameters).get)

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

    async def remove_unseen(
        self, account: str, *, since: datetime, up_to: str = _LAST, withheld: Collection[str] = ()
    ) -> None:
        """Forget the account's files that a listing begun at `since` did not tell.

        `up_to` is the id it came to, where it goes by ids and was not gone through to its end; `withheld` is
        how the ids begin of those that stay.
        """

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "DELETE FROM file WHERE account = ? AND id <= ? AND seen < ? AND NOT EXISTS"
                " (SELECT 1 FROM json_each(?) AS one"
                " WHERE substr(file.id, 1, length(one.value)) = one.value)",
                (account, up_to, to_ms(since), json.dumps([*withheld])),
            )

        await self._database.write(act, topics=[FILES])


def write_files(connection: apsw.Connection, files: Iterable[File], *, seen: datetime) -> None:
    """Insert or replace files, and the folders they are in, in a transaction that is open."""
    told = list(files)
    connection.executemany(
        f"INSERT OR REPLACE INTO file ({_COLUMNS}, seen, sort_name) VALUES ({', '.join('?' * 15)})",
        [_row(file, seen) for file in told],
    )
    there = {Folder(file.account, file.folder) for file in told if file.folder}
    _write_folders(connection, {above for folder in there for above in _way_to(folder)}, seen=seen)


def _write_folders(connection: apsw.Connection, folders: Iterable[Folder], *, seen: datetime) -> None:
    connection.executemany(
        "INSERT INTO folder (account, path, parent, name, created_at, seen, sort_name)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET seen = excluded.seen,"
        " created_at = ifnull(excluded.created_at, created_at)",
        [
            (
                one.account,
                one.path,
                one.parent,
                one.name,
                to_ms(one.created_at),
                to_ms(seen),
                natural_key(one.name),
            )
            for one in folders
        ],
    )


def _way_to(folder: Folder) -> Iterator[Folder]:
    """Yield a folder and those it is in."""
    path = folder.path
    while path:
        yield Folder(folder.account, path)
        path = parent_of(path)


def _source(counting: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return what files are selected from, each with its number of links as `links`."""
    if not counting:
        return f"SELECT {_COLUMNS}, link_count AS links FROM file", {}
    names = {f"counting{number}": account for number, account in enumerate(counting)}
    held = (
        "SELECT account AS holder, json_extract(value, '$[0]') AS held, count(*) AS n"
        f" FROM link, json_each(files) WHERE account IN ({', '.join(f':{name}' for name in names)})"
        " AND gone_at IS NULL GROUP BY holder, held"
    )
    return (
        f"SELECT {_COLUMNS}, ifnull(n, link_count) AS links FROM file"
        f" LEFT JOIN ({held}) ON holder = account AND held = id",
        names,
    )


def _where(query: FileQuery, *, at: str = "folder") -> tuple[str, dict[str, str | int]]:
    """Return the condition, and its parameters; `at` is the column that says where a row is."""
    parts: list[str] = []
    parameters: dict[str, str | int] = {}
    if query.account is not None:
        parts.append("account = :account")
        parameters["account"] = query.account
    if query.folder is not None:
        parts.append(f"{at} = :folder")
        parameters["folder"] = query.folder
    if query.beginning:
        parts.append("substr(name, 1, length(:beginning)) = :beginning")
        parameters["beginning"] = query.beginning
    for number, word in enumerate(query.text.casefold().split()):
        by_id = f" OR instr(lower(id), :word{number}) > 0" if query.folder is None else ""
        parts.append(f"(instr(lower(name), :word{number}) > 0{by_id})")
        parameters[f"word{number}"] = word
    return (" WHERE " + " AND ".join(parts) if parts else ""), parameters


def _row(file: File, seen: datetime) -> tuple[str | int | None, ...]:
    return (
        file.account,
        file.id,
        file.name,
        file.folder,
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
        natural_key(file.name),
    )


def _file(row: tuple[apsw.SQLiteValue, ...]) -> File:
    """Return the file of a row, which may have the number of its links behind its columns."""
    (account, id_, name, folder, size, created, media_type, sha256, link_count, from_link, expires, linkable,
     facts, *counted) = row  # fmt: skip
    links = counted[0] if counted else link_count
    assert size is None or isinstance(size, int)
    assert expires is None or isinstance(expires, int)
    assert isinstance(created, int)
    assert isinstance(links, int)
    return File(
        account=str(account),
        id=str(id_),
        name=str(name),
        folder=str(folder),
        size=size,
        created_at=from_ms(created),
        media_type=str(media_type),
        sha256=str(sha256),
        link_count=links,
        from_link=None if from_link is None else str(from_link),
        expires_at=from_ms(expires),
        linkable=str(linkable),
        facts=metadata_from_json(str(facts)),
    )
