"""Every list in the database has names in the order in which people count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linktui.model.file import File, Folder
from linktui.model.link import Link, LinkKind
from linktui.model.query import FileQuery, FileSort, LinkQuery, LinkSort
from linktui.storage.database import Database
from linktui.storage.files import Files
from linktui.storage.links import Links

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES, IN_ORDER = ("part10", "Part2", "part1"), ["part1", "Part2", "part10"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "linktui.db")
    yield database
    database.close()


async def test_links_are_by_name_as_people_count(database: Database) -> None:
    links = [
        Link(account="a", provider="p", id=name, kind=LinkKind.VIEW, name=name, url="", created_at=NOW)
        for name in NAMES
    ]
    await Links(database).save([(link, "") for link in links], seen=NOW)
    query = LinkQuery(sort=LinkSort.NAME, descending=False)
    assert [link.name for link in Links(database).window(query, now=NOW, offset=0, limit=9)] == IN_ORDER


async def test_stored_files_and_folders_are_by_name_as_people_count(database: Database) -> None:
    files = Files(database)
    told = [File(account="a", id=name, name=name, size=1, created_at=NOW, folder="top/") for name in NAMES]
    await files.save_folder([Folder("a", f"top/{name}/") for name in NAMES], told, seen=NOW)
    query = FileQuery(account="a", folder="top/", sort=FileSort.NAME, descending=False)
    assert [file.name for file in files.window(query, offset=0, limit=9)] == IN_ORDER
    assert [folder.name for folder in files.folders(query, offset=0, limit=9)] == IN_ORDER
