"""Somebody who has nothing yet is asked how to begin, once, and has a link by the shortest way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from linktui.config.settings import ScreenSettings
from linktui.model.transfer import TransferState
from linktui.services.first_minute import FirstMinute
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.made import MadeDialog
from linktui.ui.screens.links import LinksScreen
from linktui.ui.terminal import demo
from tests.ui.acting import add_account
from tests.ui.program import World, drawn
from tests.ui.shell import settle


@asynccontextmanager
async def first_start(world: World) -> AsyncIterator[tuple[LinktuiApp, Pilot[None]]]:
    app = LinktuiApp(world.house.services, screen_settings=ScreenSettings(), welcomes=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        yield app, pilot


def first_minute(world: World) -> FirstMinute:
    return world.house.services.first_minute


async def test_it_lasts_until_there_is_an_account_or_it_is_ended(world: World) -> None:
    assert first_minute(world).lasts()
    await add_account(world, "acme", "stripe")
    assert not first_minute(world).lasts()
    await world.house.services.book.remove("acme")
    assert first_minute(world).lasts()
    await first_minute(world).end()
    assert not first_minute(world).lasts()


async def test_a_home_with_a_link_opens_with_the_list(world: World) -> None:
    await world.seed("a.txt")
    async with first_start(world) as (app, _):
        assert isinstance(app.screen, LinksScreen)


async def test_a_file_becomes_a_link_whose_address_is_copied(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied: list[str]
) -> None:
    (tmp_path / "work" / "inner").mkdir(parents=True)
    (tmp_path / "work" / "inner" / "notes.txt").write_text("hello")
    (tmp_path / "work" / "other.txt").write_text("hello")
    monkeypatch.chdir(tmp_path / "work")
    async with first_start(world) as (app, pilot):
        await pilot.press("s")
        await settle(pilot)
        await pilot.press(*"inn", "enter")
        await settle(pilot)
        await pilot.press(*"no", "enter")
        await settle(pilot)
        await pilot.press("tab", "tab", *"secret", "enter")
        await settle(pilot)
        assert isinstance(app.screen, MadeDialog)
        assert any("queued" in line for line in drawn(app))

        [upload] = world.house.services.transfers.snapshot()
        assert upload.share is not None
        assert (upload.name, upload.share.password) == ("notes.txt", "secret")
        [link] = await world.seed("notes.txt", has_password=True)
        done = replace(upload, state=TransferState.DONE, link_id=link.id)
        monkeypatch.setattr(world.house.services.transfers, "get", lambda transfer_id: done)
        app.screen._follow()
        await settle(pilot)
        assert copied == [link.url]
        assert any(link.url in line for line in drawn(app))
        await pilot.press("p", "s")
        assert copied[1] == "secret"
        assert "secret" not in copied[2]
        assert "You get the password for it another way." in copied[2]
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, LinksScreen)


async def test_the_demo_is_opened_and_one_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(demo, "open_demo", opened.append)
    async with first_start(world) as (app, pilot):
        await pilot.press("j", "j", "enter")
        assert opened == [app]
        assert app.screen.title == "Welcome"
        await pilot.press("2")
        await settle(pilot)
        assert app.screen.query("#secret")
        await pilot.press("escape", "1")
        await settle(pilot)
        assert app.screen.title == "Welcome"
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.title == "Links"
    async with first_start(world) as (app, _):
        assert app.screen.title == "Links"
