"""The hands: keys typed fast, keys of one's own, commands with arguments, counts, jumps and clicks."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.expiry import ExpiryDialog
from linktui.ui.dialogs.press_key import PressKeyDialog
from linktui.ui.screens.files import FilesScreen
from linktui.ui.screens.help import HelpScreen
from linktui.ui.screens.history import HistoryScreen
from linktui.ui.screens.jump import JumpScreen
from linktui.ui.screens.keys import KeysScreen
from linktui.ui.screens.links import LinksScreen
from linktui.ui.screens.palette import PaletteScreen
from linktui.ui.screens.timeline import TimelineScreen
from linktui.ui.widgets.key_line import KeyLine
from tests.fakes import NOON
from tests.ui.program import DAY, World, drawn, links_of, program, shown, toasts
from tests.ui.shell import press, settle


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Have keys arrive at once, as a paste or a slow line hands them over, and let all of them be done."""
    from textual.events import Key
    from textual.keys import _character_to_key

    driver = pilot.app._driver
    assert driver is not None
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        driver.send_message(Key(name, key if len(key) == 1 else None))
    app = pilot.app
    assert isinstance(app, LinktuiApp)
    await pilot.pause()
    while app._key_under_way is not None or app._keys_waiting:
        await pilot.pause()
    await settle(pilot)


async def test_letters_typed_with_the_key_that_opens_a_line_reach_it_in_order(world: World) -> None:
    await world.seed("annual report", "dxe", "budget")
    async with program(world) as (app, pilot):
        await burst(pilot, *"/report", "enter", "j")
        assert shown(app) == ["annual report"]
        assert links_of(app)._field.value == "report"
        assert app.screen.focused is links_of(app).table
        # A menu and its letter, and no `d`, `x` or `e`.
        await burst(pilot, "escape", *"sn", *"/dxe", "escape", "G")
        assert shown(app) == ["annual report", "budget", "dxe"]
        assert links_of(app).table.cursor == 2
        assert not app.screen.is_modal
        await burst(pilot, "x", *"+2d", "enter")
    assert {link.expires_at for link in world.provider.links.values()} == {NOON + 3 * DAY, NOON + 5 * DAY}


async def test_the_palette_gives_a_command_its_argument_and_again_asks_with_it(world: World) -> None:
    one, two, _ = await world.seed("one.txt", "two.txt", "three.txt")
    async with program(world, size=(100, 40)) as (app, pilot):
        await burst(pilot, *":expire 2d", "enter", "j")
        assert world.link(one.id).expires_at == NOON + 2 * DAY
        assert not app.screen.is_modal
        await press(pilot, "x", "escape", "ampersand")  # what was only begun is no other answer
        assert isinstance(app.screen, ExpiryDialog)
        assert app.screen.query_one(Input).value == "2d"
        await press(pilot, "enter")
        assert world.link(two.id).expires_at == NOON + 2 * DAY
        await burst(pilot, *":expire soonish", "enter")
        assert isinstance(app.screen, PaletteScreen)  # what is wrong is not done
        await burst(pilot, "escape", "escape", *":tag order=42, -old", "enter")
        assert dict(world.link(two.id).metadata) == {"order": "42"}
        await burst(pilot, *":filter tag.order=42", "enter")
        assert shown(app) == ["two.txt"]
        await burst(pilot, "escape", *":sort name", "enter")
        assert shown(app) == ["one.txt", "three.txt", "two.txt"]
        await burst(pilot, *":theme fjord", "enter")
        assert app.appearance.settings.theme == "fjord"
        await burst(pilot, *":go", "enter")
        assert app.screen.query_one(Input).value == "go "  # it needs one
        await burst(pilot, "4", "enter")
        assert app.current_mode == "accounts"
        await burst(pilot, *":go 5", "enter")
        names = [type(app.screen).__name__]
        await burst(pilot, *":go history", "enter")
        names.append(type(app.screen).__name__)
        assert names == [TimelineScreen.__name__, HistoryScreen.__name__]
        await burst(pilot, *":go 4", "enter")
        await press(pilot, "ampersand")
        assert toasts(app)[-1] == "“tag” cannot be done here."


async def test_a_key_is_changed_on_the_key_screen_and_holds_at_once_and_the_next_time(world: World) -> None:
    await world.seed("one.txt")
    path = world.house.locations.settings_file
    path.write_text("# mine\n", encoding="utf-8")
    async with program(world) as (app, pilot):
        await burst(pilot, "?", "f2")
        assert isinstance(app.screen, KeysScreen)
        await burst(pilot, *"links own", "enter")
        assert isinstance(app.screen, PressKeyDialog)
        await press(pilot, "y")
        assert "y is “Copy URL” (links.copy)." in " ".join(" ".join(drawn(app)).split())
        await press(pilot, "ctrl+i")
        assert "send the same for ^i and Tab" in "\n".join(drawn(app))
        await press(pilot, "f8", "escape", "escape")
        assert path.read_text(encoding="utf-8") == '# mine\n\n[keys.links]\nopen = "F8"\n'
        assert drawn(app)[-1].startswith(" F8 Detail  y Copy URL")
        await press(pilot, "f8")
        assert app.screen.title == "Link"
        await burst(pilot, "escape", "?", *"own screen")
        assert "F8 " in "\n".join(drawn(app))
        await burst(pilot, "f2", *"links own", "enter", "y", "enter", "escape", *"links copy")  # taken over
        assert any("—  " in line and " copy " in line for line in drawn(app))
    assert dict(world.house.services.keys.all()) == {"links.open": "y", "links.copy": ""}
    async with program(world) as (app, pilot):
        assert drawn(app)[-1].startswith(" y Detail  x Expiry")
        await burst(pilot, *":keys", "enter", "delete")  # the first one has its own
        assert toasts(app)[-1] == "It has the keys that it has by itself."


async def test_keys_that_cannot_be_are_said_at_the_start(world: World) -> None:
    world.house.services.keys.save("links.sort", "n")
    async with program(world) as (app, _):
        [said] = toasts(app)
        assert said.startswith("[keys] n is both “Sort” (links.sort) and “New link” (links.new-link): give")


async def test_a_count_has_the_key_work_so_many_times(world: World) -> None:
    await world.seed(*(f"{number}.txt" for number in range(30)))
    async with program(world) as (app, pilot):
        table = links_of(app).table
        await press(pilot, "7", "j")
        assert table.cursor == 7
        await press(pilot, "0", "1", "2")
        assert drawn(app)[-1].startswith(" 12 times …")
        await press(pilot, "G", "0", "3", "k")
        assert table.cursor == 8
        await press(pilot, "0", "3", "space", "0", "2", "shift+down")
        assert (links_of(app).marked, table.cursor) == (6, 13)
        await press(pilot, "6", "escape", "j", "9", "x")
        assert table.cursor == 14
        assert toasts(app)[-1] == "“Expiry” takes no count."
        await press(pilot, "2")  # a digit of its own is no count
        assert isinstance(app.screen, FilesScreen)


async def test_a_letter_jumps_to_what_it_stands_at(world: World) -> None:
    await world.seed("one.txt", "two.txt", "three.txt")
    async with program(world) as (app, pilot):
        await press(pilot, "apostrophe")
        assert isinstance(app.screen, JumpScreen)
        assert [line[1] for line in drawn(app)[3:6]] == ["a", "s", "d"]
        await press(pilot, "d")
        assert links_of(app).table.cursor == 2
        await press(pilot, "x", "ctrl+o", "s")
        assert app.screen.focused is app.screen.query_one("#leave")


@pytest.mark.parametrize("key", ["1", "2", "3", "4"])
async def test_the_key_line_names_six_at_most_and_each_can_be_clicked(world: World, key: str) -> None:
    await world.seed("one.txt")
    async with program(world) as (app, pilot):
        await press(pilot, key)
        line = app.screen.query_one(KeyLine)
        names = [one.id for _, one in line._places]
        assert 2 <= len(names) <= 7
        assert names[-1] == "help"
        await pilot.click(KeyLine, offset=(line._places[-1][0].start + 1, 0))
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, "question_mark")
        assert not app.screen.is_modal


async def test_the_key_line_follows_what_is_under_the_cursor(world: World) -> None:
    async with program(world) as (app, pilot):
        assert drawn(app)[-1].startswith(" 2 Files  n New link")
        await world.seed("one.txt")
        await press(pilot, "1")
        links_of(app).update()
        await settle(pilot)
        assert drawn(app)[-1].startswith(" Enter Detail  y Copy URL  x Expiry")
        await press(pilot, "space")
        assert drawn(app)[-1].startswith(" x Expiry  d Revoke  t Tags")
        await press(pilot, "slash")
        assert drawn(app)[-1].startswith(" Enter Keep it  Esc Take it away")


async def test_the_help_finds_a_command_and_does_it(world: World) -> None:
    await world.seed("one.txt", "two.txt")
    async with program(world) as (app, pilot):
        await burst(pilot, "question_mark", *"mark every", "enter")
        assert links_of(app).marked == 2
        assert isinstance(app.screen, LinksScreen)


async def test_a_form_says_while_it_is_filled_in_what_comes_of_it_and_what_is_wrong(world: World) -> None:
    async with program(world, size=(100, 40)) as (app, pilot):
        await burst(pilot, "n")
        app.screen.query_one("#limit", Input).focus()
        await burst(pilot, "0")
        assert "Download limit has to be a number from 1 to 1,000,000" in "\n".join(drawn(app))
        await burst(pilot, "backspace", *"3")
        words = " ".join(" ".join(line.strip(" │") for line in drawn(app)).split())
        assert "→ a link through which others send files to you · expires " in words
        assert "in 7d 0h · gone after 3 downloads" in words
        assert "has to be a number" not in words
