"""A plan in each of its states, the history and the strip of what waits look as they should."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from textual.pilot import Pilot

from linktui.config.account import AccountSettings
from linktui.model.change import ChangeState
from linktui.model.errors import Rejected
from linktui.model.identity import Identity
from linktui.storage.plans import Ended, Plans
from linktui.ui.messages import OpenPlan
from tests.fakes import NOON
from tests.ui.plans import drain, longer, mixed, revoking
from tests.ui.program import World, open_world
from tests.ui.samples import HOSTILE
from tests.ui.shell import press, settle

Snap = Callable[..., bool]
Seed = Callable[[World], Coroutine[None, None, int]]
SMALL, WIDE = (80, 24), (200, 50)
NAMES = ("quarterly report.pdf", "build-2026.11.21-amd64.deb", "photos.zip", *HOSTILE[:-1])


async def draft(world: World) -> int:
    return (await mixed(world, NAMES)).id


async def waiting(world: World) -> int:
    plan = await mixed(world, NAMES)
    await world.house.services.plans.apply(plan.id)
    return plan.id


async def under_way(world: World) -> int:
    plans = world.house.services.plans
    plan = await longer(world, await world.seed(*(f"report-{at:02}.pdf" for at in range(40))))
    await plans.apply(plan.id)
    changes = plans.changes(plan.id)
    ended = [Ended(change_id=change.id, state=ChangeState.DONE) for change in changes[:16]]
    await Plans(world.house.database).commit([one.id for one in changes[16:20]], ended, at=NOON)
    return plan.id


async def failures(world: World) -> int:
    plan = await mixed(world, NAMES)
    world.provider.failures["update_link"] = [
        Rejected("[bold]not[/] today, said \x1b[31mthe service", request_id="req_9"),
        Rejected("There are too many links to this file; end another one first"),
    ]
    await world.house.services.plans.apply(plan.id)
    world.clock.move(seconds=11)
    await drain(world)
    return plan.id


async def live(world: World) -> int:
    book = world.house.services.book
    await book.add("shop", AccountSettings(provider="local"))
    await book.remember("shop", Identity(who="Acme GmbH", live=True))
    plans = world.house.services.plans
    links = [world.provider.seed_link(name=f"receipt-{at}.pdf", account="shop") for at in range(12)]
    await world.keep(*links)
    planner = plans.planner()
    return (await plans.make("end 12 links", [planner.expired(link) for link in links])).id


async def history(world: World) -> int:
    plans = world.house.services.plans
    await failures(world)
    plan = await longer(world, list(world.provider.links.values())[:2])
    await plans.apply(plan.id)
    await drain(world)
    back = await plans.undo(plan.id)
    await plans.apply(back.id)
    await drain(world)
    paused = await longer(world, await world.seed("a.pdf", "b.pdf"))
    await plans.apply(paused.id)
    await plans.pause(paused.id)
    await draft(world)
    await plans.apply((await revoking(world, "x.pdf", "y.pdf", "z.pdf")).id)
    return 0


STATES: dict[str, tuple[tuple[int, int], Seed, list[str]]] = {
    "draft": (SMALL, draft, []),
    "draft_wide": (WIDE, draft, ["down"]),
    "draft_one_left_out": (SMALL, draft, ["down", "space"]),
    "draft_whole": (SMALL, draft, ["down", "down", "enter"]),
    "draft_confirm": (SMALL, draft, ["y"]),
    "waiting": (SMALL, waiting, ["G", "k"]),
    "under_way": (SMALL, under_way, []),
    "under_way_wide": (WIDE, under_way, []),
    "failures": (SMALL, failures, ["down"]),
    "failures_wide": (WIDE, failures, ["full_stop", "down"]),
    "live": (SMALL, live, []),
    "live_confirm": (SMALL, live, ["y", "1", "enter"]),
    "history": (SMALL, history, ["H"]),
    "history_wide": (WIDE, history, ["H"]),
    "history_changes": (SMALL, history, ["H", "tab"]),
    "pending_strip": (SMALL, waiting, ["escape"]),
}


@pytest.mark.parametrize("state", STATES)
def test_a_plan_looks_as_it_should(state: str, tmp_path: Path, snap_compare: Snap) -> None:
    size, seed, keys = STATES[state]
    world = open_world(tmp_path / "home")
    asyncio.run(world.look())
    plan_id = asyncio.run(seed(world))

    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.clear_notifications()
        if plan_id:
            pilot.app.post_message(OpenPlan(plan_id))
            await settle(pilot)
        await press(pilot, *keys)

    assert snap_compare(world.app(), terminal_size=size, run_before=before)
