"""`C` writes the ends of the chosen links into a file, and says what is wrong with its name."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from linktui.ui.dialogs.calendar import CalendarDialog
from linktui.ui.screens.links import LinksScreen
from tests.ui.program import World, drawn, program, toasts
from tests.ui.shell import press, settle


async def test_the_ends_of_the_marked_links_are_written(world: World, tmp_path: Path) -> None:
    links = await world.seed("a.pdf", "b.pdf", "c.pdf")
    async with program(world) as (app, pilot):
        await press(pilot, "space", "space", "C")
        assert isinstance(app.screen, CalendarDialog)
        field = app.screen.query_one("#file", Input)
        field.value = str(tmp_path)
        await press(pilot, "enter")
        assert any("a file's name, such as ~/links.ics" in line for line in drawn(app))
        field.value = str(tmp_path / "links.ics")
        await press(pilot, "enter")
        await settle(pilot)
        assert [type(one) for one in app.screen_stack] == [LinksScreen]
        assert toasts(app)[-1].startswith("2 ends of links in ")
    text = (tmp_path / "links.ics").read_bytes().decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert not any(link.url in text for link in links)
