"""The program as a whole: its screens, its palette, its help, its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from linktui.model.errors import DaemonStartFailed, LinktuiError
from linktui.ui.screens.accounts import AccountsScreen
from linktui.ui.screens.detail import DetailScreen
from linktui.ui.screens.files import FilesScreen
from linktui.ui.screens.help import HelpScreen
from linktui.ui.screens.links import LinksScreen
from linktui.ui.screens.timeline import TimelineScreen
from linktui.ui.screens.uploads import UploadsScreen
from tests.ui.program import World, drawn, links_of, open_world, program, shown, toasts
from tests.ui.shell import press, settle
from tests.waiting import soon

SCREENS = {"1": LinksScreen, "2": FilesScreen, "3": UploadsScreen, "4": AccountsScreen, "5": TimelineScreen}


async def test_every_screen_is_one_key_away_and_round_in_circles(world: World) -> None:
    async with program(world) as (app, pilot):
        seen = [type(app.screen)]
        for key in (*SCREENS, "right_square_bracket", "left_square_bracket"):
            await press(pilot, key)
            seen.append(type(app.screen))
        assert seen == [LinksScreen, *SCREENS.values(), LinksScreen, TimelineScreen]


async def test_what_was_said_lies_over_no_question(world: World) -> None:
    await world.seed("one.txt")
    app = world.app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "y")
        assert list(app.screen.query(Toast))
        await press(pilot, "d")
        assert app.screen.is_modal
        assert not toasts(app)
        app.notify("Something ended meanwhile.\nAnd something else did.")
        await settle(pilot)
        [toast] = app.screen.query(Toast)
        assert not toast.region.overlaps(app.screen.query_one("#menu").region)


async def test_a_screens_own_key_leads_back_from_what_is_above_it(world: World) -> None:
    await world.seed("one.txt")
    async with program(world) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, DetailScreen)
        await press(pilot, "1")
        assert isinstance(app.screen, LinksScreen)


@pytest.mark.parametrize("key", SCREENS)
async def test_help_names_every_command_of_the_screen_and_the_program(world: World, key: str) -> None:
    async with program(world, size=(100, 200)) as (app, pilot):
        await press(pilot, key)
        bindings = [binding for _, binding in (*app.screen._bindings, *app._bindings) if binding.id]
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        text = " ".join(" ".join(one.words.plain for one in app.screen.found("")).split())
        assert bindings
        for binding in bindings:
            assert binding.tooltip.split(".")[0].split(":")[0][:30] in text, binding.id
        await press(pilot, "escape")
        assert isinstance(app.screen, SCREENS[key])


async def test_an_unknown_theme_is_said_and_the_own_one_taken(world: World) -> None:
    async with program(world, theme="no-such-theme") as (app, _):
        assert "Theme “no-such-theme” is none; `linktui theme list` lists them all." in toasts(app)
        assert app.theme == "linktui"


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_it_is_left_by_one_key(world: World, key: str) -> None:
    async with program(world) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert app._exit


async def test_ctrl_c_says_how_to_leave_and_in_a_line_copies_what_is_selected(world: World) -> None:
    async with program(world) as (app, pilot):
        await press(pilot, "ctrl+c")
        assert toasts(app) == ["q closes linktui; uploads and links go on in the daemon."]
        await press(pilot, *"/report", "shift+home", "ctrl+c")
        assert app.clipboard == "report"
        assert len(toasts(app)) == 1
        await press(pilot, "end", "ctrl+c")
        assert toasts(app)[-1].startswith("Esc leaves the line, then q closes linktui;")
        assert not app._exit


async def test_the_header_says_that_there_is_no_daemon_until_there_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.ui.app.DAEMON_LOOK", 0.01)
    troubles: list[LinktuiError] = [DaemonStartFailed("the port is taken")]

    def keep() -> None:
        if troubles:
            raise troubles[0]

    app = world.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app._have_a_daemon(keep)
        await soon(lambda: "✕ no daemon" in drawn(app)[0])
        troubles.clear()
        await soon(lambda: "no daemon" not in drawn(app)[0])


async def test_what_happens_while_a_screen_opens_is_on_it_and_breaks_nothing(world: World) -> None:
    async with program(world) as (app, pilot):
        for mode in ("files", "uploads", "accounts", "timeline"):
            app.switch_mode(mode)
            app.files_changed()
            app._show_account("local")
            app.line_changed()
            await settle(pilot)
            assert app.current_mode == mode
            assert "local" in drawn(app)[0]


async def test_links_of_an_account_that_is_gone_from_the_settings_are_shown_and_left_alone(
    world: World,
) -> None:
    links = await world.seed("a.pdf", "b.pdf")
    await world.keep(*(replace(link, account="gone") for link in links))
    await world.house.database.write(lambda db: db.execute("DELETE FROM link WHERE account = 'local'"))
    async with program(world, size=(140, 40)) as (app, pilot):
        assert shown(app) == ["a.pdf", "b.pdf"]
        for key in ("x", "d", "D", "m"):
            await press(pilot, key)
            assert "its account is not configured any more" in toasts(app)[-1], key
        for key in ("e", "t", "y", "Q", "c", "!", "a"):
            await press(pilot, key, "escape")
        await press(pilot, "enter")
        assert "a.pdf" in drawn(app)[1]
        await press(pilot, "escape", "5", "1")
        assert "a.pdf" in "".join(drawn(app))


def test_the_first_screens_filter_takes_words_when_the_program_runs_its_own_loop(tmp_path: Path) -> None:
    """As it does outside of tests, where Textual has newer Pythons begin tasks at once."""
    app = open_world(tmp_path).app()

    async def type_it(pilot: Pilot[object]) -> None:
        await pilot.press("slash", *"q3")
        assert links_of(app)._field.value == "q3"
        app.exit()

    app.run(headless=True, size=(80, 24), auto_pilot=type_it)
    assert app.return_code == 0
