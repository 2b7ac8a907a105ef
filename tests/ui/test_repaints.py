"""What a change leaves alone: the layout of a list that grew, all of a pane but the border with its title."""

from __future__ import annotations

from typing import Any

import pytest
from textual.geometry import Region
from textual.screen import Screen

from tests.ui.program import World, drawn, links_of, program
from tests.ui.shell import press, settle


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[Screen[Any]]:
    """Note each time a screen is laid out."""
    done: list[Screen[Any]] = []
    lay_out = Screen._refresh_layout

    def note(screen: Screen[Any], *given: Any, **named: Any) -> None:
        done.append(screen)
        lay_out(screen, *given, **named)

    monkeypatch.setattr(Screen, "_refresh_layout", note)
    return done


async def test_a_list_that_grows_or_shrinks_is_not_laid_out_anew(
    world: World, layouts: list[Screen[Any]]
) -> None:
    await world.seed(*(f"report-{number:03}.pdf" for number in range(60)))
    async with program(world) as (app, pilot):
        await press(pilot, "G")
        layouts.clear()
        await world.seed("one.pdf", "two.pdf")
        links_of(app).update()
        await settle(pilot)
        table = links_of(app).table
        assert (len(table.rows), table.virtual_size.height) == (62, 63)
        assert table.vertical_scrollbar.window_virtual_size == 63
        assert not layouts
        painted = drawn(app)
        table.vertical_scrollbar.refresh()
        await settle(pilot)
        assert painted == drawn(app)
        await press(pilot, "G")
        table.set_rows(list(table.rows)[:30])
        await settle(pilot)
        assert table.scroll_offset.y == 30 + 1 - table.size.height
        assert not layouts
        assert "report-027.pdf" in "\n".join(drawn(app))


async def test_a_list_that_fills_its_room_gets_a_scroll_bar_and_loses_it_again(world: World) -> None:
    await world.seed("report.pdf", "notes.txt")
    async with program(world) as (app, pilot):
        table = links_of(app).table
        assert not table.show_vertical_scrollbar
        rows = list(table.rows)
        table.set_rows(rows * 30)
        await settle(pilot)
        assert table.show_vertical_scrollbar
        table.set_rows(rows)
        await settle(pilot)
        assert not table.show_vertical_scrollbar


@pytest.mark.parametrize("known", [True, False])
async def test_titles_are_written_whether_or_not_textual_keeps_them_where_expected(
    world: World, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.seed("report.pdf", "notes.txt")
    async with program(world, size=(100, 30)) as (app, pilot):
        pane = links_of(app)
        if not known:
            monkeypatch.setattr("linktui.ui.terminal.borders._is_set", lambda *_, **__: False)
        pane.set_titles("Above [all]", "below 7/9")
        assert (pane.outer_size.region in pane._repaint_regions) is not known
        await settle(pilot)
        lines = drawn(app)
        assert "─ Above [all] ─" in lines[1]
        assert "─ below 7/9 ─" in lines[-2]


async def test_titles_that_read_the_same_paint_nothing_and_others_their_line_alone(world: World) -> None:
    await world.seed("report.pdf")
    async with program(world, size=(100, 30)) as (app, pilot):
        pane = links_of(app)
        pane.set_titles("Above", "below")
        await settle(pilot)
        pane.set_titles("Above", "below")
        assert not pane._repaint_regions
        pane.set_titles("Above", "lower")
        height = pane.outer_size.height
        assert pane._repaint_regions == {Region(0, height - 1, 100, 1)}
