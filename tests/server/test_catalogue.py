"""The catalogue: what is written together, and how its lists are found."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import apsw
import pytest

from linktui.linkserver.catalog import link_pages, links
from linktui.linkserver.catalog.database import Database
from linktui.linkserver.catalog.link_pages import LinkQuery
from linktui.model.errors import StorageUnusable
from tests.server.conftest import Share


class Held:
    """Keeps the writing thread at one act until `go`, so that others wait behind it."""

    def __init__(self, database: Database) -> None:
        self.go = Event()
        self.begun = database._writing.submit(lambda db: self.go.wait(10))


async def test_what_waits_is_written_together_and_one_failure_takes_nothing_else_back(share: Share) -> None:
    database, commits = share.store.database, 0

    def count() -> bool:
        nonlocal commits
        commits += 1
        return False

    database.write_now(lambda db: db.set_commit_hook(count))

    def keep(name: str) -> None:
        def act(db: apsw.Connection) -> None:
            db.execute("INSERT INTO garbage VALUES (?)", (name,))
            if name == "bad":
                raise KeyError(name)

        results[name] = database._writing.submit(act)

    results: dict[str, object] = {}
    held = Held(database)
    for name in ("a", "bad", "b"):
        keep(name)
    held.go.set()
    database.write_now(lambda db: None)
    kept = database.read.execute("SELECT blob FROM garbage ORDER BY blob").fetchall()
    assert kept == [("a",), ("b",)]
    assert isinstance(results["bad"].exception(), KeyError)  # type: ignore[attr-defined]
    assert commits <= 3


async def test_a_disk_that_takes_nothing_is_told_to_all_who_wait(share: Share) -> None:
    database = share.store.database

    def full(db: apsw.Connection) -> None:
        raise apsw.FullError("full")

    held = Held(database)
    first = database._writing.submit(lambda db: db.execute("INSERT INTO garbage VALUES ('a')"))
    second = database._writing.submit(full)
    held.go.set()
    for failed in (first, second):
        with pytest.raises(StorageUnusable):
            failed.result(10)
    assert database.read.execute("SELECT count(*) FROM garbage").get == 0
    assert database.write_now(lambda db: 1) == 1


QUERIES = [
    LinkQuery(limit=5),
    LinkQuery(limit=5, cursor="c0.3"),
    LinkQuery(limit=5, kind="view"),
    LinkQuery(limit=5, state="active"),
    LinkQuery(limit=5, state="expired"),
    LinkQuery(limit=5, state="revoked"),
    LinkQuery(limit=5, created_after=3, created_before=9, cursor="t5.3"),
    LinkQuery(limit=5, by_expiry=True, state="active", kind="view"),
    LinkQuery(limit=5, by_expiry=True, cursor="e9.3", expires_before=20),
    LinkQuery(limit=5, by_expiry=True, cursor=f"e{1 << 62}.3"),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_no_page_of_links_is_made_by_sorting_them(tmp_path: Path, query: LinkQuery) -> None:
    database = Database(tmp_path / "catalogue.sqlite")
    plans = plans_of(database.read, lambda: link_pages.page(database.read, query, now=7))
    assert not [plan for plan in plans if "TEMP B-TREE" in plan and "link_file" not in plan]
    database.close()


def test_a_link_is_found_by_its_address_without_looking_at_others(tmp_path: Path) -> None:
    database = Database(tmp_path / "catalogue.sqlite")
    plans = plans_of(database.read, lambda: links.by_slug(database.read, "x"))
    assert [plan.partition(" USING")[0] for plan in plans] == ["SEARCH link"]
    database.close()


def plans_of(db: apsw.Connection, act: object) -> list[str]:
    """Return how SQLite goes about what `act` asks of the links themselves."""
    asked: list[tuple[str, object]] = []

    def trace(cursor: apsw.Cursor, sql: str, bindings: object) -> bool:
        asked.append((sql, bindings))
        return True

    db.exec_trace = trace
    act()  # type: ignore[operator]
    db.exec_trace = None
    return [
        str(row[3])
        for sql, bindings in asked
        if "json_each" not in sql
        for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", bindings)  # type: ignore[arg-type]
    ]


async def test_links_of_one_day_come_once_each_page_by_page(share: Share) -> None:
    made = []
    for _ in range(7):
        made.append((await share.link(kind="upload"))["id"])
        share.clock.move(hours=6)
    since = (await share.get_link({"id": made[1]}))["created_at"]
    found: list[str] = []
    cursor = ""
    while True:
        query = {"limit": "2", "created_after": since} | ({"cursor": cursor} if cursor else {})
        page = (await share.owner.get("/api/links", params=query)).json()
        found += [link["id"] for link in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == made[:0:-1]
