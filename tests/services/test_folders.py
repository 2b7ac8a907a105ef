"""A folder is known page by page, what is gone from it is forgotten, and links to its files are counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.errors import Conflict, Unavailable
from linktui.model.file import File, Folder
from linktui.model.link import LinkedFile
from linktui.model.query import FileQuery, FileSort
from linktui.services import files as files_module
from linktui.services import folders as folders_module
from linktui.services.house import House
from linktui.storage.links import Links
from linktui.wiring import build
from tests.fakes import NOON, Clock
from tests.services.store import FakeStore, as_store

IDS = ("a.txt", "b/one.txt", "b/deep/two.txt", "c/three.txt", "z.txt")


@pytest.fixture
def store(clock: Clock) -> FakeStore:
    store = FakeStore(clock)
    for one in IDS:
        store.put(one)
    store.calls.clear()
    return store


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, store: FakeStore) -> AsyncIterator[House]:
    house = build(Locations.below(tmp_path / "home"), clock=clock, connect_provider=lambda account: store)
    yield as_store(house)
    await house.close()


def shown(house: House, folder: str, **more: object) -> list[str]:
    query = FileQuery(account="local", folder=folder, sort=FileSort.NAME, descending=False)
    query = replace(query, **more)  # type: ignore[arg-type]  # fields by name
    count = house.services.files.counts(query).shown
    rows: list[File | Folder] = []
    for offset in range(0, count, 2):  # as a list in pages has it
        rows += house.services.files.folder_window(query, offset=offset, limit=2)
    assert len(rows) == count
    return [row.path if isinstance(row, Folder) else row.id for row in rows]


async def look(house: House, folder: str = "", **more: object) -> list[str | None]:
    looks = house.services.folders.look("local", folder, **more)  # type: ignore[arg-type]  # by name
    return [looked.cursor async for looked in looks]


async def test_each_page_of_a_folder_is_there_before_the_next_is_asked_for(house: House) -> None:
    pages = [shown(house, "") async for _ in house.services.folders.look("local", "")]
    assert pages == [["b/", "a.txt"], ["b/", "c/", "a.txt", "z.txt"]]
    assert shown(house, "b/") == []
    assert shown(house, "", descending=True) == ["c/", "b/", "z.txt", "a.txt"]
    assert shown(house, "", text="Z") == ["z.txt"]


async def test_what_is_gone_is_forgotten_with_all_that_was_below_it(
    house: House, store: FakeStore, clock: Clock
) -> None:
    for folder in ("", "b/", "b/deep/"):
        await look(house, folder)
    for one in IDS[:3]:
        del store.files[one]
    clock.move(seconds=1)
    await look(house)
    assert shown(house, "") == ["c/", "z.txt"]
    assert shown(house, "b/") == shown(house, "b/deep/") == []
    assert not house.services.files.window(FileQuery(text="two"), offset=0, limit=9)


async def test_a_look_that_broke_off_forgets_nothing_and_a_long_one_is_gone_on_with(
    house: House, store: FakeStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await look(house)
    del store.files["z.txt"]
    clock.move(seconds=1)
    store.failures["list_folder "] = [Unavailable()]
    with pytest.raises(Unavailable):
        await look(house)
    monkeypatch.setattr(folders_module, "PAGES", 1)
    (first,) = [one async for one in house.services.folders.look("local", "")]
    assert first.cursor is not None
    assert "z.txt" in shown(house, "")
    assert await look(house, after=first) == [None]
    assert "z.txt" not in shown(house, "")


async def test_what_begins_so_is_asked_for_by_itself_and_forgets_nothing(
    house: House, store: FakeStore, clock: Clock
) -> None:
    await look(house)
    store.put("zebra.txt")
    clock.move(seconds=1)
    store.calls.clear()
    assert await look(house, beginning="ze") == [None]
    assert store.calls == ["list_folder ze"]
    assert shown(house, "") == ["b/", "c/", "a.txt", "z.txt", "zebra.txt"]
    assert shown(house, "", beginning="ze") == ["zebra.txt"]


async def test_a_sweep_goes_through_so_many_files_and_leaves_those_behind_alone(
    house: House, store: FakeStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.services.files.refresh("local")
    assert shown(house, "b/") == ["b/deep/", "b/one.txt"]
    monkeypatch.setattr(files_module, "MOST_SWEPT", 2)
    del store.files["a.txt"], store.files["z.txt"]
    clock.move(seconds=1)
    await house.services.files.refresh("local")
    assert shown(house, "") == ["b/", "c/", "z.txt"]


async def test_what_a_service_will_not_tell_now_is_not_taken_for_gone(
    house: House, store: FakeStore, clock: Clock
) -> None:
    await house.services.files.refresh("local")
    store.withheld = ("b/",)
    del store.files["a.txt"]
    clock.move(seconds=1)
    await house.services.files.refresh("local")
    assert shown(house, "b/") == ["b/deep/", "b/one.txt"]
    assert shown(house, "") == ["b/", "c/", "z.txt"]


async def test_when_a_folder_was_made_is_known_though_not_every_look_tells_it(
    house: House, store: FakeStore
) -> None:
    store.made["b/"] = NOON
    await look(house)
    await look(house, "b/deep/")
    query = FileQuery(account="local", folder="")
    rows = house.services.files.folder_window(query, offset=0, limit=2)
    assert rows == [Folder("local", "b/", NOON), Folder("local", "c/")]


async def test_links_are_counted_here_where_the_service_counts_none(house: House, store: FakeStore) -> None:
    await look(house)
    for number in range(2):
        link = store.seed_link(files=(LinkedFile("z.txt", "z.txt", 1),), options={"revocable": "yes"})
        await Links(house.database).save([(link, "{}")], seen=NOON + timedelta(seconds=number))
    assert house.services.files.resolve("z.txt").link_count == 2
    assert shown(house, "", sort=FileSort.LINKS, descending=True)[2:] == ["z.txt", "a.txt"]


async def test_a_file_whose_link_has_no_copy_is_deleted_only_when_that_is_said(
    house: House, store: FakeStore
) -> None:
    await look(house)
    files = house.services.files
    for revocable in ("yes", "no"):
        link = store.seed_link(files=(LinkedFile("z.txt", "z.txt", 1),), options={"revocable": revocable})
        await Links(house.database).save([(link, "{}")], seen=NOON)
    store.links.clear()  # so that only what is known here can refuse
    with pytest.raises(Conflict, match="a live link is to this very file and not to a copy of it"):
        await files.delete(files.resolve("z.txt"))
    assert "delete_file" not in store.calls
    await files.delete(files.resolve("z.txt"), force=True)
    assert "z.txt" not in store.files
    await files.delete(files.resolve("a.txt"))
