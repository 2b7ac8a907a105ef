"""Links as last told by the services: written by the sync, read by every list.

A list asks only for the rows it shows (`window`), so that it costs the same for a thousand links
and for a million.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import apsw

from linktui.model.link import Link
from linktui.model.numbers import Numbers
from linktui.model.query import Counts, Key, LinkQuery
from linktui.storage.columns import to_ms
from linktui.storage.database import LINKS, Database
from linktui.storage.link_rows import COLUMNS, READ, link_of, row_of
from linktui.storage.list_schema import GONE
from linktui.storage.listing import AMONG, Listing, Place
from linktui.storage.survey import Survey, is_small, survey

_PLACES = ", ".join("?" * 27)
_ONES = (
    "(SELECT value ->> 0 AS one_account, value ->> 1 AS one_id FROM json_each(:among))"
    " CROSS JOIN link ON account = one_account AND id = one_id"
)
_LISTED = "json_each(:ids) AS one CROSS JOIN link ON link.account = :account AND link.id = one.value"
FORGOTTEN_AT_ONCE = 1_000
"""Links that one transaction forgets."""
_CHUNK = 2_000
"""Links read by one statement when they are read by their keys."""
_TOLD = [name for name in COLUMNS.replace(" ", "").split(",") if name not in {"account", "id", "seen"}]
_UPSERT = (
    f"INSERT INTO link ({COLUMNS}) VALUES ({_PLACES}) ON CONFLICT (account, id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in [*_TOLD, "seen"])
    + ", unread = unread OR excluded.search IS NOT search"
    + f" WHERE ({', '.join(_TOLD)}) IS NOT ({', '.join(f'excluded.{name}' for name in _TOLD)})"
)
_UPSERT_RAW = (
    "INSERT INTO link_raw SELECT n, ?3 FROM link WHERE account = ?1 AND id = ?2"
    " ON CONFLICT (n) DO UPDATE SET raw = excluded.raw WHERE raw <> excluded.raw"
)
"""Unlike INSERT OR REPLACE they leave alone whatever is as it was told before."""


class Links:
    """The links in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def window(self, query: LinkQuery, *, now: datetime, offset: int, limit: int) -> list[Link]:
        """Return the rows from `offset` on, at most `limit`, in the query's order."""
        listing = Listing(self._database.read, query, now=now)
        return [link for _, link in listing.rows(limit, skip=offset)]

    def counts(self, query: LinkQuery, *, now: datetime) -> Counts:
        """Return how many rows the query shows, of how many links there are."""
        shown = Listing(self._database.read, query, now=now).count()
        return Counts(shown, int(self._database.read.execute("SELECT count(*) FROM link").get))

    def listing(self, query: LinkQuery, *, now: datetime) -> Listing:
        """Return a list to be read from any place."""
        return Listing(self._database.read, query, now=now)

    async def survey(self, query: LinkQuery, *, now: datetime, place: Place | None = None) -> Survey:
        """Go through a list, aside."""
        return await self._database.read_aside(
            lambda connection: survey(connection, query, now=now, place=place)
        )

    async def numbers(self, query: LinkQuery, *, now: datetime) -> Numbers:
        """Return the numbers of all that a query shows, read aside."""
        return await self._database.read_aside(
            lambda connection: Numbers(Listing(connection, query, now=now).numbers())
        )

    def total(self, *, most: int) -> int | None:
        """Return how many links there are, or None if there are more than `most`."""
        return is_small(self._database.read, most)

    def by_numbers(self, numbers: Sequence[int]) -> list[Link]:
        """Return links in the order of their numbers, without those that are gone."""
        found: dict[int, Link] = {}
        for first in range(0, len(numbers), _CHUNK):
            rows = self._database.read.execute(
                f"SELECT {READ} FROM {AMONG}", {"among": json.dumps(list(numbers[first : first + _CHUNK]))}
            )
            found |= {link.number: link for link in map(link_of, rows)}
        return [found[number] for number in numbers if number in found]

    def keys(self, query: LinkQuery, *, now: datetime, among: Collection[Key] | None = None) -> list[Key]:
        """Return the account and id of every link the query shows, in its order; only of `among` if given."""
        listing = Listing(self._database.read, query, now=now)
        if among is None:
            return list(listing.keys())
        return list(listing.keys(_ONES, {"among": json.dumps(list(among))}))

    def get_many(self, keys: Sequence[Key]) -> list[Link]:
        """Return links in the order of their keys, without those that are not known."""
        found: dict[Key, Link] = {}
        for first in range(0, len(keys), _CHUNK):
            chunk = keys[first : first + _CHUNK]
            places = ", ".join(["(?, ?)"] * len(chunk))
            rows = self._database.read.execute(
                f"SELECT {READ} FROM link WHERE (account, id) IN (VALUES {places})",
                [word for key in chunk for word in key],
            )
            found |= {(link.account, link.id): link for link in map(link_of, rows)}
        return [found[key] for key in keys if key in found]

    def get_present(self, keys: Sequence[Key]) -> list[Link]:
        """Return links in the order of their keys, without those that are not known or no longer there."""
        return [link for link in self.get_many(keys) if link.gone_at is None]

    def get(self, account: str, link_id: str) -> Link | None:
        """Return one link, or None if it is not known."""
        row = self._database.read.execute(
            f"SELECT {READ} FROM link WHERE account = ? AND id = ?", (account, link_id)
        ).fetchone()
        return None if row is None else link_of(row)

    def find(self, link_id: str) -> list[Link]:
        """Return the links of any account whose id is, or else begins with, `link_id`."""
        select = f"SELECT {READ} FROM link WHERE id"
        exact = self._database.read.execute(f"{select} = ?", (link_id,)).fetchall()
        rows = exact or self._database.read.execute(f"{select} GLOB ? LIMIT 20", (_glob(link_id),)).fetchall()
        return [link_of(row) for row in rows]

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
        f"UPDATE link SET gone_at = ?, ends_at = {GONE} WHERE account = ? AND id = ? AND gone_at IS NULL",
        [(to_ms(at), account, link_id) for account, link_id in keys],
    )


def write_links(connection: apsw.Connection, links: Iterable[tuple[Link, str]], *, seen: datetime) -> bool:
    """Insert links or replace them, each with its raw answer, in a transaction that is open.

    Return whether any differs from what was known of it.
    """
    told = list(links)
    before = connection.total_changes()
    connection.executemany(_UPSERT, [row_of(link, seen) for link, _ in told])
    connection.executemany(_UPSERT_RAW, [(link.account, link.id, raw) for link, raw in told])
    return connection.total_changes() > before


def _glob(prefix: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in prefix) + "*"
