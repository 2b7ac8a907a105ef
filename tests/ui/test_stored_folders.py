"""Stored folders are walked as those of this machine are, and a file's versions are looked after."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from linktui.model.errors import Unavailable
from linktui.model.option import Option
from linktui.services import folders
from linktui.services.house import House, Services
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.new_link import NewLinkDialog
from linktui.ui.dialogs.share import ShareDialog
from linktui.ui.screens.files import FilesScreen
from linktui.ui.screens.versions import VersionsScreen
from linktui.ui.widgets import stored_files
from tests.fakes import Clock
from tests.services.store import STORE, FakeStore, as_store
from tests.ui.shell import open_house, press, running, settle


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore(Clock())
    for one in ("a.txt", "reports/q1.pdf", "reports/q2.pdf", "reports/q3.pdf", "[/b]/x.txt"):
        store.put(one)
    store.put("reports/q1.pdf", b"newer")
    return store


@pytest.fixture
async def house(tmp_path: Path, store: FakeStore) -> AsyncIterator[House]:
    house = as_store(open_house(tmp_path / "home", store, Clock()))
    yield house
    await house.close()


def shown(screen: FilesScreen) -> list[str]:
    return [row.name for row in screen.stored.table.rows]


async def test_a_walk_through_folders_and_versions(house: House, store: FakeStore, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "new.txt").write_text("new")

    def make(services: Services) -> FilesScreen:
        return FilesScreen(services, directory=tmp_path / "here")

    async with running(house, make, size=(120, 30)) as (screen, pilot, shell):
        assert shown(screen) == ["[", "reports", "a.txt"]
        await press(pilot, "tab", "j", "D")
        assert shell.toasts[-1] == "D deletes a stored file, and this is a folder: Enter opens it."
        assert screen.stored.way_in == ""
        needed = replace(STORE, file_options=(Option(key="folder", title="Folder", required=True),))
        object.__setattr__(house.services.accounts.get("local"), "limits", needed)
        assert screen.stored.way_in == "reports/"
        await press(pilot, "l")
        assert shown(screen) == ["q1.pdf", "q2.pdf", "q3.pdf"]
        assert str(screen.stored.border_title) == "Stored at local · reports/"
        await press(pilot, "tab", "u")
        form = shell.screen
        assert isinstance(form, ShareDialog)
        await press(pilot, "enter")
        (queued,) = house.services.transfers.snapshot()
        assert queued.options == {"folder": "reports/"}

        await press(pilot, "escape", "tab", "V")
        versions = shell.screen
        assert isinstance(versions, VersionsScreen)
        await press(pilot, "j", "n")
        new_link = shell.screen
        assert isinstance(new_link, NewLinkDialog)
        assert "as it was" in str(new_link.query(Static).first().render())
        await press(pilot, "escape", "f")
        assert (tmp_path / "here" / "q1.pdf").read_bytes() == b"x"
        await press(pilot, "r", "enter")
        assert store.data["reports/q1.pdf"] == b"newer"
        await press(pilot, "r", "y")
        assert store.data["reports/q1.pdf"] == b"x"
        await press(pilot, "G", "D")
        question = shell.screen
        assert isinstance(question, ConfirmDialog)
        assert "Nothing brings it back" in str(question.query(Static).first().render())
        await press(pilot, "y")
        assert [one.id for one in versions.list.table.rows] == ["v3", "v2"]

        store.failures["list_folder "] = [Unavailable()]
        await press(pilot, "escape", "h")
        assert shown(screen) == ["[", "reports", "a.txt"]
        assert screen.stored.current.path == "reports/"
        assert "as it was known" in str(screen.stored.border_subtitle)
        assert "does not answer" in shell.toasts[-1]
        store.failures["list_folder [/"] = [Unavailable()]
        await press(pilot, "k", "l")
        assert "does not answer" in str(screen.stored.query_one(".pane--state", Static).render())


async def test_a_long_folder_is_gone_on_with_at_its_end_and_filtered_at_the_service(
    house: House, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "PAGES", 1)
    monkeypatch.setattr(stored_files, "TYPING", 0)
    monkeypatch.setattr(stored_files, "NEAR_END", 1)
    async with running(house, FilesScreen, size=(120, 30)) as (screen, pilot, _):
        assert shown(screen) == ["[", "a.txt"]
        assert "more at the end" in str(screen.stored.border_subtitle)
        await press(pilot, "tab", "slash", "r", "e", "enter")
        assert shown(screen) == ["reports"]
        await press(pilot, "escape", "G")
        assert shown(screen) == ["[", "reports", "a.txt"]
        await settle(pilot)
        assert "more" not in str(screen.stored.border_subtitle)
