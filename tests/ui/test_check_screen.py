"""The link doctor: it looks at what is marked or at all, stops when told, and plans what is taken in."""

from __future__ import annotations

import asyncio

from textual.widgets import Static

from linktui.model.finding import Ill, Seen, Served
from linktui.model.link import LinkKind
from linktui.model.plan import PlanState
from linktui.ui.screens.check import CheckScreen
from linktui.ui.screens.links import LinksScreen
from linktui.ui.screens.plan import PlanScreen
from tests.ui.program import World, drawn, program, toasts
from tests.ui.shell import press, settle


def said(screen: CheckScreen) -> str:
    return str(screen.query_one("#standing", Static).render())


async def seed(world: World) -> None:
    """Have a link that is dead, one without an end, and good ones."""
    dead, *_ = await world.seed("dead.pdf", "good.pdf", "fine.pdf", kind=LinkKind.UPLOAD)
    await world.seed("lasting.pdf", expires_at=None, kind=LinkKind.UPLOAD)
    world.probes.seen[dead.url] = Seen(Served.NOTHING, "404")


async def test_what_is_taken_in_becomes_a_plan_and_what_was_found_stays(world: World) -> None:
    await seed(world)
    async with program(world) as (app, pilot):
        await press(pilot, "exclamation_mark")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        assert said(screen) == "✓ 4 of 4 links checked, 2 links with something to look at."
        assert [(one.link.name, one.ill) for one in screen.list.table.rows] == [
            ("dead.pdf", Ill.DEAD), ("lasting.pdf", Ill.UNENDING),
        ]  # fmt: skip
        assert any("◆ ✕ alive, but not served" in line and "delete" in line for line in drawn(app))
        assert "its address answers 404" in str(screen.query_one("#finding", Static).render())
        assert [one.link.name for one in screen.list.wanted] == ["dead.pdf"]

        await press(pilot, "space", "y")
        assert "No change is marked" in toasts(app)[-1]
        await press(pilot, "a", "y")
        await settle(pilot)
        assert [type(one) for one in app.screen_stack] == [LinksScreen, CheckScreen, PlanScreen]
        [plan] = world.house.services.plans.all()
        assert (plan.title, plan.state) == ("mend 2 links", PlanState.DRAFT)
        verbs = {change.name: change.verb for change in world.house.services.plans.changes(plan.id)}
        assert verbs == {"dead.pdf": "delete", "lasting.pdf": "update"}
        await press(pilot, "escape")
        assert len(screen.list.table.rows) == 2
        await press(pilot, "escape")
        assert [type(one) for one in app.screen_stack] == [LinksScreen]


async def test_it_looks_at_the_marked_links_alone_and_stops_when_told(world: World) -> None:
    await seed(world)
    async with program(world) as (app, pilot):
        await press(pilot, "j", "j", "space", "exclamation_mark")
        await settle(pilot)
        assert world.probes.asked == [world.link("l_2").url]
        assert any("All is as it should be" in line for line in drawn(app))
        await press(pilot, "escape", "escape")

        world.probes.asked.clear()
        world.probes.holding = asyncio.Event()
        await pilot.press("exclamation_mark")
        await asyncio.wait_for(world.probes.held.wait(), 10)
        await pilot.press("escape")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        assert said(screen).startswith("– stopped: 2 of 4 links checked")
        world.probes.holding.set()
        await press(pilot, "r")
        await settle(pilot)
        assert "4 of 4" in said(screen)
