"""The Timeline: what ends when, opened as a list, acted upon as a whole, and still while nothing happens."""

from __future__ import annotations

from datetime import timedelta

from linktui.ui.messages import LinksChanged
from linktui.ui.screens.links import LinksScreen
from linktui.ui.screens.plan import PlanScreen
from linktui.ui.screens.timeline import TimelineScreen
from linktui.ui.widgets.densities import Densities
from tests.fakes import NOON
from tests.ui.program import DAY, World, drawn, links_of, program, shown, toasts
from tests.ui.shell import press, settle

HOUR = timedelta(hours=1)


async def fill(world: World) -> None:
    await world.seed("soon.pdf", expires_at=NOON + HOUR / 2)
    await world.seed("later.pdf", "latest.pdf", expires_at=NOON + 3 * HOUR)
    await world.seed("lasting.pdf", expires_at=None)
    await world.seed("over.pdf", created_at=NOON - 9 * DAY, expires_at=NOON - HOUR)


def rows(screen: TimelineScreen) -> list[str]:
    return [
        entry.link.name if entry.link else f"{entry.stretch.span.name} {entry.stretch.number}"
        for entry in screen.list.table.rows
    ]


async def test_each_piece_of_time_opens_as_a_list_and_is_acted_upon_as_a_whole(world: World) -> None:
    await fill(world)
    async with program(world) as (app, pilot):
        await press(pilot, "5")
        screen = app.screen
        assert isinstance(screen, TimelineScreen)
        assert rows(screen) == [
            "past due today 1", "over.pdf", "next hour 1", "soon.pdf", "today 2", "later.pdf", "latest.pdf",
            "tomorrow 0", "next week 0", "this month 0", "next month 0", "later 0", "never 1",
        ]  # fmt: skip
        lines = drawn(app)
        assert any("█" in line for line in lines[:4])
        assert "now" in lines[2]
        assert "today" in lines[4]
        assert any("soon.pdf" in line and "30m" in line and "can be revived" in line for line in lines)

        await press(pilot, "j", "j", "j", "j")
        assert screen.number == 2
        assert {link.name for link in screen.chosen} == {"later.pdf", "latest.pdf"}
        await press(pilot, "x", *"+2d", "enter")
        await settle(pilot)
        assert [type(one) for one in app.screen_stack] == [TimelineScreen, PlanScreen]
        await press(pilot, "5")
        assert app.screen_stack == [screen]

        await press(pilot, "enter")
        assert [type(one) for one in app.screen_stack] == [LinksScreen]
        assert sorted(shown(app)) == ["later.pdf", "latest.pdf"]
        assert links_of(app).typed.text == "expires>=1h expires<2026-11-22"
        assert "by expires ↑" in str(links_of(app).border_subtitle)
        await press(pilot, "escape")
        assert shown(app)[0] == "soon.pdf"


async def test_it_counts_what_a_filter_and_the_clock_let_through(world: World) -> None:
    await fill(world)
    async with program(world) as (app, pilot):
        await press(pilot, "5")
        screen = app.screen
        assert isinstance(screen, TimelineScreen)
        await press(pilot, "slash", *"name:late", "enter")
        assert rows(screen)[:4] == ["past due today 0", "next hour 0", "today 2", "later.pdf"]
        world.clock.move(hours=2.5)
        screen.post_message(LinksChanged())
        await settle(pilot)
        assert rows(screen)[:4] == ["past due today 0", "next hour 2", "later.pdf", "latest.pdf"]
        await press(pilot, "slash", *" kind:nope")
        assert "is no kind" in str(screen.list.border_subtitle)
        await press(pilot, "escape", "g", "enter")
        assert not toasts(app)
        assert links_of(app).typed.text == "state:expired expires:today"


async def test_it_says_that_not_every_link_of_a_piece_is_listed(world: World) -> None:
    await world.seed(*(f"{number}.txt" for number in range(4)), expires_at=NOON + HOUR / 2)
    async with program(world) as (app, pilot):
        await press(pilot, "5")
        [line] = [line for line in drawn(app) if "Next hour" in line]
        assert line.split()[1:6] == ["Next", "hour,", "first", "3", "4"]


async def test_nothing_is_drawn_anew_while_all_reads_the_same(world: World) -> None:
    await fill(world)
    async with program(world) as (app, pilot):
        await press(pilot, "5")
        screen = app.screen
        assert isinstance(screen, TimelineScreen)
        updates: list[object] = []
        screen.query_one(Densities).update = updates.append  # type: ignore[method-assign, assignment]
        drawn_rows: list[object] = []
        screen.list.table.refresh = lambda *regions, **_: drawn_rows.extend(regions)  # type: ignore[method-assign, assignment]
        screen.list.update()
        await settle(pilot)
        assert not updates
        assert not drawn_rows
        assert screen.list._tick is not None
        world.clock.move(seconds=61)
        screen.list.update()
        await settle(pilot)
        assert drawn_rows
