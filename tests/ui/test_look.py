"""What the program looks like, and that it goes on to look as the files and the terminal say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.pilot import Pilot
from textual.widgets import Static

from linktui.model.link import Link
from linktui.model.transfer import Source, Transfer, TransferState
from linktui.storage.transfers import Transfers
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.theme import ThemeDialog
from linktui.ui.pictures import HALF
from linktui.ui.widgets.header import warnings_of
from linktui.ui.widgets.link_aside import LinkAside
from linktui.ui.widgets.preview import Preview
from tests.fakes import NOON
from tests.ui.program import DAY, World, drawn, program, toasts
from tests.ui.samples import ACCOUNT
from tests.ui.shell import press, settle

LIGHT = "linktui-light"
TOUCHED = 1_700_000_000_000_000_000
"""When a picture was last changed, in nanoseconds."""


def ground(app: LinktuiApp) -> str:
    return app.screen.styles.background.hex.lower()


def styles(app: LinktuiApp) -> Sequence[Any]:
    """Return the style of everything that is drawn."""
    return [
        segment.style
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style
    ]


async def look(app: LinktuiApp, pilot: Pilot[None]) -> None:
    """Look at the files now, not when a second is over."""
    app._look()
    await settle(pilot)


async def test_a_theme_is_chosen_by_its_look_and_written_when_it_is_kept(world: World) -> None:
    settings = world.house.locations.settings_file
    settings.write_text("[screen]\nmouse = true  # yes\n")
    await world.seed("one.txt")
    async with program(world, size=(100, 30), settings_file=settings) as (app, pilot):
        await press(pilot, "f9", "G")
        dialog = app.screen
        assert isinstance(dialog, ThemeDialog)
        while app.theme != "terminal":  # it is taken a moment after the cursor stands
            await pilot.pause(0.01)
        await press(pilot, "escape")
        assert app.theme == "linktui"
        await press(pilot, "f9", "j", "enter")
        assert (app.theme, ground(app)) == ("contrast-dark", "#000000")
        assert settings.read_text() == '[screen]\nmouse = true  # yes\ntheme = "contrast-dark"\n'


async def test_what_is_written_into_the_files_is_seen_and_what_is_wrong_is_said(
    world: World, tmp_path: Path
) -> None:
    settings, themes = world.house.locations.settings_file, tmp_path / "themes"
    themes.mkdir()
    mine = themes / "mine.toml"
    mine.write_text('primary = "red"\nbackground = "#101010"')
    settings.write_text('[screen]\ntheme = "mine"')
    async with program(world, theme="mine", themes=themes, settings_file=settings) as (app, pilot):
        assert ground(app) == "#101010"
        mine.write_text('primary = "red"\nbackground = "#2020200"')
        await look(app, pilot)
        assert ground(app) == "#101010"
        [said] = toasts(app)
        assert said.startswith(f"{mine} is no theme: background = '#2020200' is no colour;")
        assert said.endswith("The look stays as it was.")
        await look(app, pilot)
        assert len(toasts(app)) == 1
        mine.write_text('primary = "red"\nbackground = "#202020"')
        await look(app, pilot)
        assert ground(app) == "#202020"
        mine.unlink()  # as for a moment when an editor writes it anew
        await look(app, pilot)
        assert ground(app) == "#202020"
        settings.write_text('[screen]\ntheme = "paper"\nborders = "ascii"\ndensity = "compact"')
        await look(app, pilot)
        assert ground(app) == "#faf5ea"
        assert all(line.isascii() for line in drawn(app))
        settings.write_text('[screen]\ntheme = "nowhere"\ncolour = 3')
        await look(app, pilot)
        assert ground(app) == "#faf5ea"
        assert "screen.colour: has no place here" in toasts(app)[-1]


async def test_it_is_light_or_dark_as_the_terminal_is_unless_a_theme_is_set(world: World) -> None:
    async with program(world) as (app, pilot):
        assert app.theme == "linktui"
        app.background_told(dark=False)
        await settle(pilot)
        assert app.theme == LIGHT
        assert ground(app) == "#fbfcfd"
        app.choose_theme("ember")
        app.background_told(dark=True)
        await settle(pilot)
        assert app.theme == "ember"
        assert not app.follows_background


async def walk(app: LinktuiApp, pilot: Pilot[None], *keys: tuple[str, ...]) -> list[str]:
    """Return all lines of every screen that keys lead to, and back from."""
    lines = drawn(app)
    for one in keys:
        await pilot.press(*one)
        await settle(pilot)
        lines += drawn(app)
        await pilot.press("escape", "1")
    return lines


WAYS = (
    *((key,) for key in ("2", "3", "4", "question_mark", "enter", "x", "d", "e", "Y", "Q", "f9")),
    ("2", "G", "u"),
)


async def test_nothing_but_ascii_is_drawn_on_any_screen_where_there_is_no_more(world: World) -> None:
    await world.seed("报告 📎.pdf", "naïve.txt", download_limit=3)
    await world.seed("over.txt", expires_at=NOON - DAY)
    await world.seed("soon.txt", expires_at=NOON + timedelta(hours=1))
    async with program(world, size=(100, 40), borders="ascii") as (app, pilot):
        lines = await walk(app, pilot, *WAYS)
        assert len(lines) == 40 * (1 + len(WAYS))
        assert [line for line in lines if not line.isascii()] == []
        assert any("|  ???? ??.pdf" in line for line in lines)
        assert any("####  " in line for line in lines), "the QR code has its modules"


@pytest.mark.parametrize(
    ("environment", "theme"),
    [({"NO_COLOR": "1"}, "terminal"), ({"TERM": "xterm", "COLORTERM": ""}, "terminal")],
)
async def test_with_few_colours_or_none_focus_and_state_are_still_seen(
    world: World, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], theme: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    await world.seed("one.txt", "two.txt")
    async with program(world, theme="ember") as (app, pilot):
        assert app.theme == theme
        for keys in ((), ("2",), ("3",), ("s",)):
            await press(pilot, *keys)
            found = styles(app)
            assert any(style.reverse for style in found), keys
            coloured = [style for style in found if style.color is not None and not style.color.is_default]
            assert all(style.color.number is not None and style.color.number < 16 for style in coloured)
            assert not (coloured and "NO_COLOR" in environment)
            await press(pilot, "escape", "1")
        row = next(line for line in drawn(app) if "one.txt" in line)
        assert "● active" in row
        assert any("━" in line for line in drawn(app)), "the edge with the focus is a heavy one"


async def test_a_wide_terminal_shows_the_link_beside_the_list(world: World) -> None:
    await world.seed("one.txt", "two.txt")
    async with program(world, size=(170, 40)) as (app, pilot):
        aside = app.screen.query_one(LinkAside)
        assert aside.display
        assert str(aside.border_title) == "one.txt"
        await press(pilot, "j")
        while str(aside.border_title) != "two.txt":
            await pilot.pause(0.01)
        assert "Downloads" in str(aside.query_one("#aside-facts", Static).render())
        await press(pilot, "p")
        assert not aside.is_on_screen
        await pilot.resize_terminal(100, 30)
        await press(pilot, "p")
        assert not aside.is_on_screen
        assert "there is room from 130 columns on" in toasts(app)[-1]


async def test_a_compact_screen_has_more_rows_and_keeps_its_counts(world: World) -> None:
    await world.seed(*(f"{number}.txt" for number in range(30)))
    rows = {}
    for density in ("compact", "normal", "roomy"):
        async with program(world, density=density) as (app, _):
            lines = drawn(app)
            rows[density] = sum(".txt" in line for line in lines)
            assert any("30/30" in line for line in lines), density
    assert rows["compact"] > rows["normal"] > rows["roomy"]


async def test_an_image_is_shown_where_there_are_colours_for_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    path = folder / "a.png"
    Image.new("RGB", (32, 32), (200, 30, 30)).save(path)
    monkeypatch.chdir(folder)
    [link] = await world.seed("a.png")
    await Transfers(world.house.database).add([upload_of(path, link)])
    for settings, is_shown in (({}, True), ({"pictures": "off"}, False), ({"slow": "on"}, False)):
        async with program(world, size=(120, 30), **settings) as (app, pilot):
            await press(pilot, "2", "p")
            await pilot.pause()
            await settle(pilot)
            assert app.screen.query_one(Preview).display
            assert any(HALF * 8 in line for line in drawn(app)) is is_shown, settings
            await press(pilot, "1", "enter")
            await pilot.pause()
            await settle(pilot)
            assert any(HALF * 8 in line for line in drawn(app)) is is_shown, settings
            path.touch()  # from now on it is another one than was uploaded
            assert world.house.services.files.source_of(link) is None
            os.utime(path, ns=(TOUCHED, TOUCHED))


def upload_of(path: Path, link: Link) -> Transfer:
    os.utime(path, ns=(TOUCHED, TOUCHED))
    source = Source(path=path, device=1, inode=1, size=path.stat().st_size, mtime_ns=TOUCHED)
    return Transfer(
        id="1",
        account=link.account,
        source=source,
        name=path.name,
        state=TransferState.DONE,
        created_at=NOON,
        position=1,
        batch="b",
        link_id=link.id,
    )


def test_the_header_says_how_careful_one_has_to_be() -> None:
    from dataclasses import replace

    def words(**more: Any) -> list[str]:
        return [text.strip() for text, _ in warnings_of([replace(ACCOUNT, **more)])]

    assert words() == []
    assert words(live=True) == ["LIVE"]
    assert words(test=True, read_only=True) == ["read-only", "test"]
    assert warnings_of([replace(ACCOUNT, test=True), ACCOUNT]) == []
