from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input, Static

from linktui.model.file import File
from linktui.model.link import LinkedFile
from linktui.model.transfer import OnConflict, TransferState
from linktui.services.house import House, Services
from linktui.storage.accounts import Accounts
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.file_facts import FileFactsDialog
from linktui.ui.dialogs.made import MadeDialog
from linktui.ui.dialogs.new_link import NewLinkDialog
from linktui.ui.dialogs.share import ShareDialog
from linktui.ui.messages import FilesChanged
from linktui.ui.screens.files import FilesScreen
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.preview import Preview
from tests.fakes import NOON, Clock, FakeProvider
from tests.ui.samples import HOSTILE, transfer
from tests.ui.shell import Make, open_house, press, running, settle
from tests.waiting import soon


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> FakeProvider:
    return FakeProvider(clock)


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, provider: FakeProvider) -> AsyncIterator[House]:
    house = open_house(tmp_path / "home", provider, clock)
    for number, name in enumerate(("report.pdf", "[/nope]", "slides.odp"), 1):
        provider.files[f"f_{number}"] = File(
            account="local",
            id=f"f_{number}",
            name=name,
            size=number * 1000,
            created_at=NOON - timedelta(days=number),
        )
    await Files(house.database).save(list(provider.files.values()), seen=NOON)
    await Accounts(house.database).synced("local", at=NOON, cursor="1", clock_offset=timedelta(0))
    yield house
    await house.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "inner.txt").write_text("inner")
    (folder / "a.txt").write_text("hello\n")
    (folder / "b.bin").write_bytes(b"\x00" * 2000)
    (folder / ".hidden").touch()
    return folder


def files_screen(folder: Path) -> Make:
    def make(services: Services) -> FilesScreen:
        return FilesScreen(services, directory=folder)

    return make


def shown(pane: Pane[Any]) -> list[str]:
    return [row.name for row in pane.table.rows]


class TestWalking:
    async def test_a_folder_is_entered_and_left_with_the_cursor_back_on_it(
        self, house: House, folder: Path
    ) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            assert shown(screen.local) == ["docs", "a.txt", "b.bin"]
            await press(pilot, "enter")
            assert shown(screen.local) == ["inner.txt"]
            await press(pilot, "h")
            assert screen.local.current.name == "docs"

    async def test_a_folder_that_cannot_be_listed_says_so_and_what_to_do(
        self, house: House, folder: Path
    ) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            screen.local.go(folder / "gone")
            await settle(pilot)
            said = str(screen.local.query_one(".pane--state", Static).render())
            assert "cannot be read: no such file or directory" in said
            assert "h goes back up" in said
            await press(pilot, "h")
            assert shown(screen.local) == ["docs", "a.txt", "b.bin"]

    async def test_hidden_files_are_shown_on_demand(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            await press(pilot, "full_stop")
            assert ".hidden" in shown(screen.local)
            await press(pilot, "full_stop")
            assert ".hidden" not in shown(screen.local)

    async def test_what_came_meanwhile_is_there_when_one_comes_back(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, shell):
            await press(pilot, "G", "space")
            await shell.push_screen(Screen[None]())
            (folder / "aaa.pdf").touch()
            shell.pop_screen()
            await settle(pilot)
            assert shown(screen.local) == ["docs", "a.txt", "aaa.pdf", "b.bin"]
            assert screen.local.current.name == "b.bin"
            assert [*screen.local.marks] == [folder / "b.bin"]

    async def test_the_filter_works_while_typing_and_escape_takes_it_away(
        self, house: House, folder: Path
    ) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            await press(pilot, "slash", "b", "full_stop")
            assert shown(screen.local) == ["b.bin"]
            await press(pilot, "enter")
            assert "/b." in str(screen.local.border_title)
            await press(pilot, "escape")
            assert len(shown(screen.local)) == 3

    async def test_sorting_goes_through_the_columns_and_turns_around(
        self, house: House, folder: Path
    ) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            await press(pilot, "s", "S")
            assert shown(screen.local) == ["docs", "b.bin", "a.txt"]

    @pytest.mark.parametrize("name", HOSTILE)
    async def test_a_hostile_name_is_shown_clean_and_uploads(
        self, house: House, folder: Path, name: str
    ) -> None:
        path = folder / name.replace("/", "∕")
        path.write_text("x")
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            screen.local.go(folder, onto=path)
            await settle(pilot)
            assert screen.local.current.path == path
            await press(pilot, "u", "enter")
            (queued,) = house.services.transfers.snapshot()
            assert os.fsencode(queued.source.path) == os.fsencode(path)
            assert queued.name.isprintable()


class TestUploading:
    async def test_u_uploads_and_shares_the_row(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (_, pilot, shell):
            await press(pilot, "down", "u")
            assert isinstance(shell.screen, ShareDialog)
            await press(pilot, "enter")
            (queued,) = house.services.transfers.snapshot()
            assert queued.name == "a.txt"
            assert queued.share is not None
            assert type(shell.screen_stack[-1]) is MadeDialog  # which has the address once there is one

    async def test_marks_are_kept_across_folders_and_uploaded_together(
        self, house: House, folder: Path
    ) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, shell):
            await press(pilot, "down", "space", "home", "enter", "space", "h", "u", "enter")
            assert sorted(one.name for one in house.services.transfers.snapshot()) == ["a.txt", "inner.txt"]
            assert shell.toasts == ["2 uploads queued (3 Uploads shows them)."]
            assert not screen.local.marks

    async def test_a_folder_can_be_sent_as_one_zip(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (_, pilot, __):
            await press(pilot, "u", "shift+tab", "right", "enter")
            (queued,) = house.services.transfers.snapshot()
            assert queued.name == "docs.zip"

    async def test_a_folder_with_a_lot_in_it_is_asked_about_and_a_no_leaves_the_form(
        self, house: House, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linktui.services.extent.MANY_FILES", 1)
        (folder / "docs" / "other.txt").touch()
        async with running(house, files_screen(folder)) as (_, pilot, shell):

            def asks() -> bool:
                return isinstance(shell.screen, ConfirmDialog)

            await press(pilot, "u")
            await pilot.press("enter")
            await soon(asks)
            question = "Upload 2 files (5 B) of “docs” to local, with a link each?"
            assert question in "\n".join(str(one.render()) for one in shell.screen.query(Static))
            await press(pilot, "enter")  # on Cancel
            assert isinstance(shell.screen, ShareDialog)
            assert not house.services.transfers.snapshot()
            await pilot.press("enter")
            await soon(asks)
            await press(pilot, "y")
            assert [one.name for one in house.services.transfers.snapshot()] == ["inner.txt", "other.txt"]

    async def test_a_file_that_is_gone_is_said_in_the_dialog_which_stays(
        self, house: House, folder: Path
    ) -> None:
        async with running(house, files_screen(folder)) as (_, pilot, shell):
            await press(pilot, "down", "u")
            (folder / "a.txt").unlink()
            shell.screen.query_one("#password", Input).value = "kept"
            await press(pilot, "enter")
            assert isinstance(shell.screen, ShareDialog)
            fault = str(shell.screen.query_one(".form--fault", Static).render())
            assert "“a.txt” cannot be read: no such file" in fault
            assert shell.screen.query_one("#password", Input).value == "kept"
            assert not house.services.transfers.snapshot()

    async def test_a_stored_file_of_that_name_and_size_makes_the_upload_ask(
        self, house: House, folder: Path
    ) -> None:
        (folder / "report.pdf").write_bytes(b"x" * 1000)
        async with running(house, files_screen(folder)) as (_, pilot, __):
            await press(pilot, "end", "u", "enter")
            (queued,) = house.services.transfers.snapshot()
            assert queued.state is TransferState.CONFLICT
            assert queued.on_conflict is OnConflict.ASK

    async def test_a_file_that_has_a_live_link_has_a_badge(
        self, house: House, folder: Path, provider: FakeProvider
    ) -> None:
        link = provider.seed_link(id="l_9")
        await Links(house.database).save([(link, "{}")], seen=NOON)
        done = transfer(1, TransferState.DONE, link_id="l_9")
        source = type(done.source)(path=folder / "a.txt", device=1, inode=1, size=6, mtime_ns=1)
        await Transfers(house.database).add([transfer(1, TransferState.DONE, link_id="l_9", source=source)])
        async with running(house, files_screen(folder)) as (screen, _, __):
            row = next(entry for entry in screen.local.table.rows if entry.name == "a.txt")
            assert screen.local._badge(row).text == "↗1"


class TestPreview:
    async def test_the_preview_follows_the_cursor(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder), size=(120, 30)) as (screen, pilot, _):
            await press(pilot, "p", "down")
            text = str(screen.query_one(Preview).query_one(Static).render())
            assert "hello" in text
            await press(pilot, "down")
            assert "data" in str(screen.query_one(Preview).query_one(Static).render())
            await press(pilot, "p")
            assert not screen.query_one(Preview).display or not screen.has_class("-previewing")


class TestStored:
    async def test_tab_goes_to_the_stored_files_and_back(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            assert not screen.stored.display
            await press(pilot, "tab")
            assert screen.stored.display
            assert not screen.local.display
            assert screen.focused is screen.stored.table
            await press(pilot, "tab")
            assert screen.focused is screen.local.table

    async def test_both_panes_are_there_in_a_wide_terminal(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder), size=(120, 30)) as (screen, _, __):
            assert screen.local.display
            assert screen.stored.display

    async def test_n_makes_one_link_to_all_marked_files(
        self, house: House, folder: Path, provider: FakeProvider
    ) -> None:
        async with running(house, files_screen(folder)) as (_, pilot, shell):
            await press(pilot, "tab", "space", "space", "n")
            assert isinstance(shell.screen, NewLinkDialog)
            await press(pilot, "enter")
            (link,) = provider.links.values()
            assert [file.id for file in link.files] == ["f_1", "f_2"]

    async def test_deleting_asks_by_name_and_enter_does_no_harm(
        self, house: House, folder: Path, provider: FakeProvider
    ) -> None:
        async with running(house, files_screen(folder)) as (_, pilot, shell):
            await press(pilot, "tab", "D")
            assert isinstance(shell.screen, ConfirmDialog)
            assert "report.pdf" in str(shell.screen.query(Static).first().render())
            await press(pilot, "enter")
            assert "f_1" in provider.files
            await press(pilot, "D", "y")
            assert "f_1" not in provider.files

    async def test_a_file_that_links_hold_is_deleted_only_after_a_second_question(
        self, house: House, folder: Path, provider: FakeProvider
    ) -> None:
        provider.seed_link(files=(LinkedFile("f_1", "report.pdf", 1000),))
        async with running(house, files_screen(folder)) as (_, pilot, shell):
            await press(pilot, "tab", "D", "y")
            assert "Active links still hold" in str(shell.screen.query(Static).first().render())
            await press(pilot, "escape")
            assert "f_1" in provider.files
            await press(pilot, "D", "y", "y")
            assert "f_1" not in provider.files

    async def test_enter_shows_the_facts_and_goes_on_to_a_link(
        self, house: House, folder: Path, provider: FakeProvider
    ) -> None:
        link = provider.seed_link(id="l_9", files=(LinkedFile("f_1", "report.pdf", 1000),))
        await Links(house.database).save([(link, "{}")], seen=NOON)
        async with running(house, files_screen(folder)) as (_, pilot, shell):
            await press(pilot, "tab", "enter")
            assert isinstance(shell.screen, FileFactsDialog)
            await press(pilot, "1")
            assert shell.opened == [("local", "l_9")]

    async def test_what_the_daemon_brings_in_is_shown(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            new = File(account="local", id="f_9", name="new.bin", size=1, created_at=NOON)
            await Files(house.database).save([new], seen=NOON)
            screen.post_message(FilesChanged())
            await settle(pilot)
            assert "new.bin" in shown(screen.stored)

    async def test_a_filter_and_an_order_are_the_stored_panes_own(self, house: House, folder: Path) -> None:
        async with running(house, files_screen(folder)) as (screen, pilot, _):
            await press(pilot, "tab", "slash", "s", "l", "i", "enter")
            assert shown(screen.stored) == ["slides.odp"]
            await press(pilot, "escape", "s", "s")
            assert shown(screen.stored) == ["[/nope]", "report.pdf", "slides.odp"]
            assert len(shown(screen.local)) == 3

    async def test_a_stored_file_is_fetched_into_the_folder_and_over_another_only_when_told(
        self, house: House, folder: Path, provider: FakeProvider
    ) -> None:
        provider.data.update(f_1=b"r" * 1000, f_3=b"s" * 3000)
        async with running(house, files_screen(folder)) as (screen, pilot, shell):
            await press(pilot, "f")
            assert shell.toasts[-1].startswith("f fetches a stored file")
            await press(pilot, "tab", "f")
            assert (folder / "report.pdf").read_bytes() == b"r" * 1000
            (folder / "report.pdf").write_text("mine")
            await press(pilot, "f")
            assert isinstance(shell.screen, ConfirmDialog)
            await press(pilot, "enter")
            assert (folder / "report.pdf").read_text() == "mine"
            await press(pilot, "f", "y")
            assert (folder / "report.pdf").read_bytes() == b"r" * 1000
            (folder / "report.pdf").unlink()
            screen.action_fetch_file()
            screen.stored.table.action_move(2)
            screen.action_fetch_file()  # while the first is under way
            await settle(pilot)
            assert (folder / "report.pdf").exists()
            assert (folder / "slides.odp").exists()

    async def test_marks_are_fetched_and_deleted_together_and_do_not_outlive_their_files(
        self, house: House, folder: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        provider.data.update(f_1=b"r" * 1000, f_2=b"n" * 2000)
        (folder / "report.pdf").write_text("mine")
        async with running(house, files_screen(folder)) as (screen, pilot, shell):
            await press(pilot, "tab")
            with monkeypatch.context() as patched:
                redrawn: list[int] = []
                patched.setattr(screen.stored, "update", partial(redrawn.append, 1))
                screen.action_mark(2)
                assert redrawn == [1]
            await press(pilot, "V")
            assert shell.toasts[-1] == "V shows the versions of one file, and 2 are marked."
            await press(pilot, "f")
            assert "“report.pdf” is in" in str(shell.screen.query(Static).first().render())
            await press(pilot, "y")
            assert shell.toasts[-1] == "2 files are here."
            assert (folder / "[_nope]").stat().st_size + (folder / "report.pdf").stat().st_size == 3000

            provider.seed_link(files=(LinkedFile("f_1", "report.pdf", 1000),))
            assert screen.stored.current.name == "slides.odp"
            await press(pilot, "D")
            assert "Delete 2 files (“report.pdf” and 1 more)" in str(
                shell.screen.query(Static).first().render()
            )
            await press(pilot, "y")
            assert "still hold “report.pdf”" in str(shell.screen.query(Static).first().render())
            await press(pilot, "n")
            assert list(provider.files) == ["f_1", "f_3"]
            assert [file.id for file in screen.stored.chosen] == ["f_1"]
