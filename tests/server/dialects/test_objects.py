"""The dialects' one table in the catalogue."""

from __future__ import annotations

from pathlib import Path

import apsw

from linktui.linkserver.catalog.schema import MIGRATIONS
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.objects import Object
from linktui.linkserver.store import Store


def test_a_catalogue_from_before_the_dialects_gets_the_table_and_keeps_its_files(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    old = apsw.Connection(str(path))
    old.execute(MIGRATIONS[0])
    old.pragma("user_version", 1)
    old.execute("INSERT INTO file VALUES (1, 'f_1', 'b', 'a.txt', 1, 'text/plain', NULL, '', 0, NULL)")
    old.close()
    store = Store.open(tmp_path)
    new = Object(dialect="stripe", kind="file", id="file_1", subject="f_1", created_at=5, fields={"ü": None})
    store.database.write_now(lambda db: objects.add(db, new))
    found = objects.get(store.database.read, "stripe", "file", "file_1")
    assert found is not None
    assert (found.subject, found.fields, found.created_at) == ("f_1", {"ü": None}, 5)
    store.close()


def test_an_object_goes_with_the_file_it_stands_for_and_stays_after_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path)

    def act(db: apsw.Connection) -> None:
        db.execute("INSERT INTO file VALUES (1, 'f_1', 'b', 'a.txt', 1, 'text/plain', NULL, '', 0, NULL)")
        for kind, subject in (("file", "f_1"), ("note", None)):
            new = Object(dialect="stripe", kind=kind, id="x", subject=subject, created_at=0)
            objects.add(db, new)
        db.execute("DELETE FROM file")

    store.database.write_now(act)
    store.close()
    store = Store.open(tmp_path)
    assert objects.get(store.database.read, "stripe", "file", "x") is None
    assert objects.get(store.database.read, "stripe", "note", "x") is not None
    store.close()
