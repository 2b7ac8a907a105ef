from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Digits, Static

from linktui.model.errors import Rejected, Unavailable
from linktui.model.file import File
from linktui.model.link import Download, Link, LinkedFile, LinkEdit
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.caption import CaptionDialog
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.messages import LinksChanged
from linktui.ui.screens.detail import DetailScreen
from linktui.ui.screens.links import LinksScreen
from linktui.ui.widgets.countdown import Countdown
from linktui.ui.widgets.link_files import LinkFiles
from tests.fakes import NOON
from tests.ui.plans import drain
from tests.ui.program import DAY, World, program, toasts
from tests.ui.shell import press, settle

FILES = (
    LinkedFile("f_1", "report.pdf", 1_200_000, "application/pdf", "the final one"),
    LinkedFile("f_2", "notes.md", 900, "text/markdown", ""),
)
URL = "https://files.example.org/l/Yf3kQ0b1vXw7uPz2"


@pytest.fixture
async def link(world: World) -> Link:
    link = world.provider.seed_link(
        name="report.pdf",
        url=URL,
        created_at=NOON - 2 * DAY,
        expires_at=NOON + 2 * DAY,
        downloads=3,
        download_limit=10,
        has_password=True,
        files=FILES,
        metadata=MappingProxyType({"team": "ops"}),
    )
    world.provider.downloads[link.id] = (
        Download(
            id="d_1",
            at=NOON - timedelta(minutes=4),
            state="complete",
            size=1_200_000,
            file_id="f_1",
            agent="curl/8.14",
            address="203.0.113.9",
        ),
    )
    await world.keep(link, raw='{\n  "id": "l_1",\n  "kind": "download"\n}')
    return link


@asynccontextmanager
async def detail(world: World) -> AsyncIterator[tuple[LinktuiApp, Pilot[None]]]:
    """Run the program and open its one link."""
    async with program(world, size=(110, 40)) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, DetailScreen)
        yield app, pilot


async def test_a_name_is_no_markup(world: World) -> None:
    name = "[/nope] [@click=app.quit]x[/]"
    await world.seed(name)
    async with detail(world) as (app, _):
        title = app.screen.query_one("#detail").border_title
        assert title is not None
        assert name in Content.from_markup(title).plain


def words(app: LinktuiApp, part: str) -> str:
    return str(app.screen.query_one(f"#{part}", Static).render())


def files_of(world: World, link: Link) -> list[tuple[str, str]]:
    return [(file.id, file.caption) for file in world.link(link.id).files]


async def test_every_field_is_shown(world: World, link: Link) -> None:
    async with detail(world) as (app, _):
        facts = " ".join(words(app, "facts").split())
        for fact in (
            "Kind download",
            "Downloads 3 of 10",
            "Password yes",
            "Size 1.2 MB",
            "Account local (local)",
            f"Id {link.id}",
            "team ops",
        ):
            assert fact in facts
        assert app.screen.query_one("#detail").border_title == "report.pdf"


async def test_the_address_is_whole_only_when_asked_for(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        assert URL not in words(app, "facts")
        await press(pilot, "v")
        assert URL in words(app, "facts")
        await press(pilot, "v")
        assert URL not in words(app, "facts")


async def test_the_time_left_is_large_and_goes_on(world: World, link: Link) -> None:
    async with detail(world) as (app, _):
        countdown = app.screen.query_one(Countdown)
        assert countdown.query_one(Digits).value == "2d 0h"
        assert "50% used" in str(countdown.query_one(Static).render())
        world.clock.move(days=1)
        countdown._write()
        assert countdown.query_one(Digits).value == "1d 0h"
        world.clock.move(days=1)
        countdown._write()
        assert not countdown.query_one(Digits).display
        assert "expired" in str(countdown.query_one(Static).render())


async def test_who_fetched_it_is_shown(world: World, link: Link) -> None:
    async with detail(world) as (app, _):
        line = words(app, "downloads")
        for part in ("complete", "1.2 MB", "report.pdf", "203.0.113.9", "curl/8.14"):
            assert part in line


async def test_why_the_downloads_are_not_known_is_said(world: World, link: Link) -> None:
    world.provider.failures["list_downloads"] = [Unavailable()]
    async with detail(world) as (app, _):
        assert words(app, "downloads").startswith("The service does not answer")


async def test_the_services_own_answer_is_shown_when_asked_for(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        assert not app.screen.query_one("#raw").display
        await press(pilot, "w")
        assert app.screen.query_one("#raw").display
        assert '"kind": "download"' in words(app, "raw")
        await press(pilot, "w")
        assert not app.screen.query_one("#raw").display


async def test_what_was_done_is_in_its_history(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        assert "Nothing since" in words(app, "history")
        await press(pilot, "X", "y")
        assert "expire" in words(app, "history")
        assert "✓" in words(app, "history")


async def test_a_failure_is_in_its_history_too(world: World, link: Link) -> None:
    world.provider.failures["update_link"] = [Rejected("no", status=400)]
    async with detail(world) as (app, pilot):
        await press(pilot, "X", "y")
        assert "✕ no" in words(app, "history")
        assert isinstance(app.screen, DetailScreen)


async def test_c_writes_the_caption_of_the_file_under_the_cursor(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, "j", "c")
        assert isinstance(app.screen, CaptionDialog)
        await press(pilot, *"draft", "enter")
        assert files_of(world, link) == [("f_1", "the final one"), ("f_2", "draft")]
        assert app.screen.query_one(LinkFiles).rows[1].caption == "draft"


async def test_files_are_moved_and_the_cursor_goes_with_them(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, "J")
        assert [file for file, _ in files_of(world, link)] == ["f_2", "f_1"]
        assert files_shown(app).current.id == "f_1"
        await press(pilot, "K")
        assert [file for file, _ in files_of(world, link)] == ["f_1", "f_2"]
        assert files_shown(app).current.id == "f_1"
        calls = len(world.provider.calls)
        await press(pilot, "K")
        assert len(world.provider.calls) == calls


def files_shown(app: LinktuiApp) -> Any:
    return app.screen.query_one(LinkFiles)


async def test_a_file_is_taken_out_only_after_a_question(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, "minus")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "enter")
        assert len(world.link(link.id).files) == 2
        await press(pilot, "minus", "y")
        assert [file for file, _ in files_of(world, link)] == ["f_2"]
        await press(pilot, "minus")
        assert toasts(app) == ["A link holds at least one file; d revokes or deletes the link."]


async def test_a_stored_file_is_added(world: World, link: Link) -> None:
    spare = File(account="local", id="f_9", name="extra.zip", size=5, created_at=NOON)
    await Files(world.house.database).save([spare], seen=NOON)
    async with detail(world) as (_, pilot):
        await press(pilot, "plus", "enter")
        assert [file for file, _ in files_of(world, link)] == ["f_1", "f_2", "f_9"]


async def test_a_change_that_fails_is_said_and_nothing_is_lost(world: World, link: Link) -> None:
    world.provider.failures["update_link"] = [Unavailable()]
    async with detail(world) as (app, pilot):
        await press(pilot, "J")
        assert toasts(app)[0].startswith("The service does not answer")
        assert [file.id for file in files_shown(app).rows] == ["f_1", "f_2"]
        assert app.is_running


@pytest.mark.parametrize("key", ["escape", "h", "left", "backspace"])
async def test_one_goes_back_to_the_list(key: str, world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, key)
        assert isinstance(app.screen, LinksScreen)


async def test_r_asks_about_this_link(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await world.provider.update_link(link, LinkEdit(name="renamed"))
        await press(pilot, "R")
        assert app.screen.query_one("#detail").border_title == "renamed"


async def test_a_link_deleted_elsewhere_leaves(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await Links(world.house.database).part("local", [link.id], at=NOON)
        app.screen.post_message(LinksChanged())
        await settle(pilot)
        assert isinstance(app.screen, LinksScreen)


async def test_a_link_deleted_elsewhere_leaves_once_a_dialog_over_it_is_closed(
    world: World, link: Link
) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, "minus")
        await Links(world.house.database).part("local", [link.id], at=NOON)
        for screen in app.screen_stack:
            screen.post_message(LinksChanged())
        await settle(pilot)
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "escape")
        assert isinstance(app.screen, LinksScreen)


async def test_the_acts_of_the_list_hold_here_too(world: World, link: Link, copied: list[str]) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, "y", "x", *"+7d", "enter")
        assert copied == [URL]
        assert world.link(link.id).expires_at == NOON + 9 * DAY
        await press(pilot, "d", "D")
        assert toasts(app)[-1] == "“report.pdf” is deleted in 10s; u stops it."
        world.clock.move(seconds=11)
        await drain(world)
        assert link.id not in world.provider.links
        app.screen.post_message(LinksChanged())
        await settle(pilot)
        assert isinstance(app.screen, LinksScreen)


async def test_u_stops_what_waits_from_the_links_own_screen(world: World, link: Link) -> None:
    async with detail(world) as (app, pilot):
        await press(pilot, "d", "r", "u")
        assert toasts(app)[-1].startswith("Stopped before it was sent: revoke")
        world.clock.move(seconds=11)
        await drain(world)
        assert "revoke_link" not in world.provider.calls
