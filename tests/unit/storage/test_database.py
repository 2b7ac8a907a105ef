"""The database is made, migrated, refused when it cannot be trusted, and tells what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from linktui.model.errors import DatabaseCorrupt, DatabaseTooNew, StorageUnusable
from linktui.model.natural import natural_key
from linktui.model.query import LinkQuery
from linktui.storage.database import LINKS, Database, check
from linktui.storage.lease import Lease, Leases
from linktui.storage.links import Links
from linktui.storage.list_schema import EXHAUSTED, REVOKED
from linktui.storage.migrations import MIGRATIONS
from tests.fakes import NOON


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "linktui.db")
    yield database
    database.close()


def test_a_new_database_is_sound_and_the_owners_alone(database: Database) -> None:
    assert check(database.path) == "ok"
    assert database.path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "linktui.db"
    path.write_bytes(b"no database at all" * 500)
    with pytest.raises(DatabaseCorrupt):
        Database(path)
    assert check(path) != "ok"


def test_a_database_of_a_newer_linktui_is_refused(database: Database) -> None:
    database.write_now(lambda connection: connection.pragma("user_version", len(MIGRATIONS) + 1))
    with pytest.raises(DatabaseTooNew):
        Database(database.path)


def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageUnusable):
        Database(tmp_path / "none" / "linktui.db")


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def fail(connection: apsw.Connection) -> None:
        connection.execute("UPDATE tick SET n = 99")
        raise KeyError

    before = database.ticks()
    with pytest.raises(KeyError):
        database.write_now(fail)
    assert database.ticks() == before


async def test_another_connection_sees_that_and_what_changed(database: Database) -> None:
    other = Database(database.path)
    version, ticks = other.version(), other.ticks()
    await database.write(lambda connection: None, topics=[LINKS])
    assert other.version() != version
    assert {topic for topic, n in other.ticks().items() if n != ticks[topic]} == {LINKS}
    other.close()


async def test_a_lease_is_kept_beaten_and_released(database: Database) -> None:
    leases = Leases(database)
    assert leases.get() is None
    lease = Lease(pid=7, boot_id="b", since=NOON, heartbeat=NOON, address="http://127.0.0.1:8460")
    await leases.take(lease)
    assert leases.get() == lease
    later = NOON + timedelta(seconds=10)
    await leases.beat(later)
    kept = leases.get()
    assert kept is not None
    assert kept.heartbeat == later
    await leases.release()
    assert leases.get() is None


def test_links_of_an_older_database_are_kept_with_what_belongs_to_them(tmp_path: Path) -> None:
    path = tmp_path / "linktui.db"
    old = apsw.Connection(str(path))
    for statement in MIGRATIONS[:2]:
        old.execute(statement)
    old.pragma("user_version", 2)
    told = "'local', 'local', 'download', 'a10.pdf', '', '', 5, NULL"
    rest = "1, NULL, 0, NULL, NULL, '[]', '{}', '', '{}', '{}', 'a', 1"
    for id_, ends in (("gone", "9, 7, NULL"), ("ended", "9, NULL, 1"), ("alive", "9, NULL, NULL")):
        account, provider = told.split(", ", 1)
        downloads, limit = ends.rsplit(", ", 1)
        values = rest.replace("1, NULL", f"1, {limit}", 1)
        old.execute(f"INSERT INTO link VALUES ({account}, '{id_}', {provider}, {downloads}, {values})")
        old.execute("INSERT INTO link_raw VALUES ('local', ?, 'told')", (id_,))
    old.execute("INSERT INTO plan (id, at, title, state) VALUES (7, 5, 'longer', 'draft')")
    old.close()
    database = Database(path)
    links = Links(database)
    assert {link.id for link in links.window(LinkQuery(ended=True), now=NOON, offset=0, limit=9)} == {
        "gone",
        "ended",
        "alive",
    }
    rows = dict(database.read.execute("SELECT id, ends_at FROM link"))
    assert rows == {"gone": REVOKED, "ended": EXHAUSTED, "alive": 9}
    assert database.read.execute("SELECT DISTINCT sort_name FROM link").fetchall() == [
        (natural_key("a10.pdf"),)
    ]
    assert links.raw("local", "gone") == "told"
    database.write_now(lambda connection: connection.execute("DELETE FROM link WHERE id = 'gone'"))
    assert database.read.execute("SELECT count(*) FROM link_raw").get == 2
    assert database.read.execute("SELECT id, title FROM plan").fetchall() == [(7, "longer")]
    assert (check(path), database.read.pragma("foreign_key_check")) == ("ok", None)
    database.close()
