"""Links as last told by the services: written by the sync, read by every list.

A list asks only for the rows it shows (`window`), so that it costs the same for a thousand links
and for a million.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import apsw

from linktui.model.link import EXPIRING_WITHIN, Link, LinkKind, LinkState
from linktui.model.query import Counts, Key, LinkQuery, LinkSort
from linktui.storage.columns import (
    files_from_json,
    files_to_json,
    from_ms,
    metadata_from_json,
    metadata_to_json,
    to_ms,
)
from linktui.storage.database import LINKS, Database
from linktui.storage.filters import ALIVE, STATE, Parameters, Translation

_COLUMNS = (
    "account, id, provider, kind, name, url, slug, created_at, updated_at, expires_at, revoked_at,"
    " downloads, download_limit, has_password, last_download_at, size, files, metadata, revision, options,"
    " facts, search, seen, gone_at"
)
_PLACES = ", ".join("?" * 24)
_ONES = "(SELECT value ->> 0 AS one_account, value ->> 1 AS one_id FROM json_each(:among))"
_LISTED = "json_each(:ids) AS one CROSS JOIN link ON link.account = :account AND link.id = one.value"
FORGOTTEN_AT_ONCE = 1_000
"""Links that one transaction forgets."""
_CHUNK = 2_000
"""Links read by one statement when they are read by their keys."""
_TOLD = [name for name in _COLUMNS.replace(" ", "").split(",") if name not in {"account", "id", "seen"}]
_UPSERT = (
    f"INSERT INTO link ({_COLUMNS}) VALUES ({_PLACES}) ON CONFLICT (account, id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in [*_TOLD, "seen"])
    + f" WHERE ({', '.join(_TOLD)}) IS NOT ({', '.join(f'excluded.{name}' for name in _TOLD)})"
)
_UPSERT_RAW = (
    "INSERT INTO link_raw SELECT n, ?3 FROM link WHERE account = ?1 AND id = ?2"
    " ON CONFLICT (n) DO UPDATE SET raw = excluded.raw WHERE raw <> excluded.raw"
)
"""Unlike INSERT OR REPLACE they leave alone whatever is as it was told before."""

_STATE_RANK = (
    f"CASE WHEN {STATE[LinkState.EXPIRING]} THEN 0 WHEN {STATE[LinkState.ACTIVE]} THEN 1"
    f" WHEN {STATE[LinkState.EXHAUSTED]} THEN 2 WHEN {STATE[LinkState.EXPIRED]} THEN 3"
    f" WHEN {STATE[LinkState.REVOKED]} THEN 4 ELSE 5 END"
)
_ORDER = {
    LinkSort.NAME: "name COLLATE NOCASE {0}",
    LinkSort.KIND: "kind {0}",
    LinkSort.STATE: _STATE_RANK.replace("{", "{{").replace("}", "}}") + " {0}",
    LinkSort.EXPIRES: "expires_at IS NULL {0}, expires_at {0}",
    LinkSort.DOWNLOADS: "ifnull(downloads, 0) {0}",
    LinkSort.ACCOUNT: "account COLLATE NOCASE {0}",
    LinkSort.CREATED: "created_at {0}",
    LinkSort.SIZE: "ifnull(size, 0) {0}",
}


class Links:
    """The links in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def window(self, query: LinkQuery, *, now: datetime, offset: int, limit: int) -> list[Link]:
        """Return the rows from `offset` on, at most `limit`, in the query's order."""
        where, parameters = _where(query, now)
        parameters |= {"limit": limit, "offset": offset}
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM link{where} ORDER BY {_order(query)} LIMIT :limit OFFSET :offset",
            parameters,
        )
        return [_link(row) for row in rows]

    def counts(self, query: LinkQuery, *, now: datetime) -> Counts:
        """Return how many rows the query shows, of how many links there are."""
        where, parameters = _where(query, now)
        shown = self._database.read.execute(f"SELECT count(*) FROM link{where}", parameters).get
        return Counts(int(shown), int(self._database.read.execute("SELECT count(*) FROM link").get))

    def keys(self, query: LinkQuery, *, now: datetime, among: Collection[Key] | None = None) -> list[Key]:
        """Return the account and id of every link the query shows, in its order; only of `among` if given."""
        where, parameters = _where(query, now)
        source = "link"
        if among is not None:
            source = f"{_ONES} CROSS JOIN link ON account = one_account AND id = one_id"
            parameters["among"] = json.dumps(list(among))
        # A first term that no index has: all rows are read, which takes ten times as long along an index.
        order = f"search IS NULL, {_order(query)}"
        rows = self._database.read.execute(
            f"SELECT account, id FROM {source}{where} ORDER BY {order}", parameters
        )
        return [(str(account), str(link_id)) for account, link_id in rows]

    def get_many(self, keys: Sequence[Key]) -> list[Link]:
        """Return links in the order of their keys, without those that are not known."""
        found: dict[Key, Link] = {}
        for first in range(0, len(keys), _CHUNK):
            chunk = keys[first : first + _CHUNK]
            places = ", ".join(["(?, ?)"] * len(chunk))
            rows = self._database.read.execute(
                f"SELECT {_COLUMNS} FROM link WHERE (account, id) IN (VALUES {places})",
                [word for key in chunk for word in key],
            )
            found |= {(link.account, link.id): link for link in map(_link, rows)}
        return [found[key] for key in keys if key in found]

    def get_present(self, keys: Sequence[Key]) -> list[Link]:
        """Return links in the order of their keys, without those that are not known or no longer there."""
        return [link for link in self.get_many(keys) if link.gone_at is None]

    def get(self, account: str, link_id: str) -> Link | None:
        """Return one link, or None if it is not known."""
        row = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM link WHERE account = ? AND id = ?", (account, link_id)
        ).fetchone()
        return None if row is None else _link(row)

    def find(self, link_id: str) -> list[Link]:
        """Return the links of any account whose id is, or else begins with, `link_id`."""
        select = f"SELECT {_COLUMNS} FROM link WHERE id"
        exact = self._database.read.execute(f"{select} = ?", (link_id,)).fetchall()
        rows = exact or self._database.read.execute(f"{select} GLOB ? LIMIT 20", (_glob(link_id),)).fetchall()
        return [_link(row) for row in rows]

    def raw(self, account: str, link_id: str) -> str:
        """Return the service's own answer as it came, or an empty text."""
        row = self._database.read.execute(
            "SELECT raw FROM link JOIN link_raw USING (n) WHERE account = ? AND id = ?", (account, link_id)
        ).fetchone()
        return str(row[0]) if row else ""

    async def save(self, links: Iterable[tuple[Link, str]], *, seen: datetime) -> None:
        """Insert or replace links, each with its raw answer; `seen` is when the service told them."""
        rows = list(links)

        def act(connection: apsw.Connection) -> None:
            write_links(connection, rows, seen=seen)

        await self._database.write(act, topics=[LINKS])

    async def part(self, account: str, link_ids: Iterable[str], *, at: datetime) -> None:
        """Keep as history what is known of links that the service no longer has."""
        keys = [(account, link_id) for link_id in link_ids]

        def act(connection: apsw.Connection) -> None:
            mark_gone(connection, keys, at=at)

        if keys:
            await self._database.write(act, topics=[LINKS])

    async def forget_gone(self, *, before: datetime) -> int:
        """Forget some of the links that were gone `before` already, and return how many."""
        rows = "SELECT account, id FROM link WHERE gone_at < ? ORDER BY gone_at LIMIT ?"

        def act(connection: apsw.Connection) -> int:
            old = connection.execute(rows, (to_ms(before), FORGOTTEN_AT_ONCE)).fetchall()
            connection.executemany("DELETE FROM link WHERE account = ? AND id = ?", old)
            return len(old)

        if self._database.read.execute(rows, (to_ms(before), 1)).fetchone() is None:
            return 0
        return await self._database.write(act, topics=[LINKS])

    def known_before(self, account: str, link_ids: Iterable[str], *, moment: datetime) -> set[str]:
        """Return those of some links that were known, as they are, at a moment."""
        rows = self._database.read.execute(
            f"SELECT link.id FROM {_LISTED} WHERE link.seen <= :moment",
            {"account": account, "ids": json.dumps(list(link_ids)), "moment": to_ms(moment)},
        )
        return {str(link_id) for (link_id,) in rows}


def mark_gone(connection: apsw.Connection, keys: Iterable[Key], *, at: datetime) -> None:
    """Note, in a transaction that is open, which links are no longer at their service."""
    connection.executemany(
        "UPDATE link SET gone_at = ? WHERE account = ? AND id = ? AND gone_at IS NULL",
        [(to_ms(at), account, link_id) for account, link_id in keys],
    )


def write_links(connection: apsw.Connection, links: Iterable[tuple[Link, str]], *, seen: datetime) -> bool:
    """Insert links or replace them, each with its raw answer, in a transaction that is open.

    Return whether any differs from what was known of it.
    """
    told = list(links)
    before = connection.total_changes()
    connection.executemany(_UPSERT, [_row(link, seen) for link, _ in told])
    connection.executemany(_UPSERT_RAW, [(link.account, link.id, raw) for link, raw in told])
    return connection.total_changes() > before


def _where(query: LinkQuery, now: datetime) -> tuple[str, Parameters]:
    now_ms = to_ms(now)
    translation = Translation(now)
    parts = [translation.sql(query.filter.root)] if query.filter.text else []
    parameters = translation.parameters
    parameters |= {"now": now_ms, "soon": now_ms + round(EXPIRING_WITHIN.total_seconds() * 1000)}
    if query.states:
        parts.append("(" + " OR ".join(f"({STATE[state]})" for state in sorted(query.states)) + ")")
    elif not query.ended and not query.filter.mentions_state:
        parts.append(ALIVE)
    for name, value in (("account", query.account), ("kind", query.kind and query.kind.value)):
        if value is not None:
            parts.append(f"{name} = :{name}")
            parameters[name] = value
    if query.file_id is not None:
        parts.append("EXISTS (SELECT 1 FROM json_each(files) WHERE json_extract(value, '$[0]') = :file)")
        parameters["file"] = query.file_id
    return (" WHERE " + " AND ".join(parts) if parts else ""), parameters


def _order(query: LinkQuery) -> str:
    return f"{_ORDER[query.sort].format('DESC' if query.descending else 'ASC')}, account, id"


def _glob(prefix: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in prefix) + "*"


def _search_text(link: Link) -> str:
    words = [link.name, link.id, link.slug, link.account, link.kind.value]
    words += [file.name for file in link.files]
    words += [file.caption for file in link.files]
    words += [f"{key}={value}" for key, value in link.metadata.items()]
    words += link.facts.values()
    return "\n".join(filter(None, words)).casefold()


def _row(link: Link, seen: datetime) -> tuple[str | int | None, ...]:
    return (
        link.account,
        link.id,
        link.provider,
        link.kind.value,
        link.name,
        link.url,
        link.slug,
        to_ms(link.created_at),
        to_ms(link.updated_at),
        to_ms(link.expires_at),
        to_ms(link.revoked_at),
        link.downloads,
        link.download_limit,
        int(link.has_password),
        to_ms(link.last_download_at),
        link.size,
        files_to_json(link.files),
        metadata_to_json(link.metadata),
        link.revision,
        metadata_to_json(link.options),
        metadata_to_json(link.facts),
        _search_text(link),
        to_ms(seen),
        to_ms(link.gone_at),
    )


def _link(row: tuple[apsw.SQLiteValue, ...]) -> Link:
    (account, id_, provider, kind, name, url, slug, created, updated, expires, revoked, downloads, limit,
     password, last, _size, files, metadata, revision, options, facts, _search, _, gone) = row  # fmt: skip
    return Link(
        account=str(account),
        id=str(id_),
        provider=str(provider),
        kind=LinkKind(str(kind)),
        name=str(name),
        url=str(url),
        slug=str(slug),
        created_at=from_ms(_int(created) or 0),
        updated_at=from_ms(_int(updated)),
        expires_at=from_ms(_int(expires)),
        revoked_at=from_ms(_int(revoked)),
        gone_at=from_ms(_int(gone)),
        downloads=_int(downloads),
        download_limit=_int(limit),
        has_password=bool(password),
        last_download_at=from_ms(_int(last)),
        files=files_from_json(str(files)),
        metadata=metadata_from_json(str(metadata)),
        revision=str(revision),
        options=metadata_from_json(str(options)),
        facts=metadata_from_json(str(facts)),
    )


def _int(value: apsw.SQLiteValue) -> int | None:
    return value if isinstance(value, int) else None
