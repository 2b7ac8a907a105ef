"""A plan whose daemon is killed again and again makes each of its changes exactly once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta

from linktui.daemon.control import ensure_running
from linktui.model.change import ChangeState, Intent
from linktui.model.link import Link, LinkKind, LinkSpec
from linktui.model.plan import Plan, PlanState
from linktui.model.query import LinkQuery
from linktui.services.house import House
from linktui.services.planning import Planner
from linktui.wiring import build, system_clock
from tests.e2e.conftest import Program

LINKS = 120
KILLS = 3
SLOWLY = '[accounts.local]\nprovider = "local"\nrate = 40\n'
"""So that a daemon lives through about one plan in three seconds."""


async def made_links(house: House) -> list[Link]:
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=system_clock() + timedelta(days=3))
    links = house.services.links
    return [await links.create("local", (), spec) for _ in range(LINKS)]


async def wait_for(house: House, plan: Plan, holds: Callable[[Plan], bool]) -> Plan:
    end = time.monotonic() + 60
    while not holds(latest := house.services.plans.get(plan.id)):
        assert time.monotonic() < end, latest
        await asyncio.sleep(0.02)
    return latest


async def applied_despite_kills(
    program: Program, make: Callable[[Planner, list[Link]], list[Intent]]
) -> tuple[list[Link], list[Link], Plan]:
    """Return the links before and after a plan whose daemon was killed at several points, and the plan."""
    program.locations.create()
    ensure_running(program.locations)
    house = build(program.locations)
    before = await made_links(house)
    program.run("daemon", "stop")
    program.locations.settings_file.write_text(SLOWLY)
    ensure_running(program.locations)
    plans = house.services.plans
    plan = await plans.make("all", make(plans.planner(), before))
    await plans.apply(plan.id, hold=timedelta(0))
    for part in range(1, KILLS + 1):
        reached = part * LINKS // (KILLS + 1)
        await wait_for(house, plan, lambda plan, reached=reached: plan.count(ChangeState.DONE) >= reached)  # type: ignore[misc]
        program.kill_daemon()
        ensure_running(program.locations)
    plan = await wait_for(house, plan, lambda plan: plan.state is PlanState.SETTLED)
    await house.close()
    house = build(program.locations)
    after = house.services.links.window(LinkQuery(ended=True), offset=0, limit=10 * LINKS)
    await house.close()
    return before, after, plan


def test_every_link_is_changed_exactly_once(program: Program) -> None:
    def make(planner: Planner, links: list[Link]) -> list[Intent]:
        return [planner.extended(link, "7d") for link in links]

    before, after, plan = asyncio.run(applied_despite_kills(program, make))
    assert plan.counts == {ChangeState.DONE: LINKS}
    wanted = {link.id: link.expires_at + timedelta(days=7) for link in before if link.expires_at}
    assert {link.id: link.expires_at for link in after} == wanted
    # The server counts every change of any link with one number, whoever makes it.
    changes = max(int(link.revision) for link in after) - max(int(link.revision) for link in before)
    assert changes == LINKS


def test_every_link_is_made_exactly_once(program: Program) -> None:
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=system_clock() + timedelta(days=3))

    def make(planner: Planner, links: list[Link]) -> list[Intent]:
        return [planner.created("local", (), spec) for _ in links]

    _, after, plan = asyncio.run(applied_despite_kills(program, make))
    assert plan.counts == {ChangeState.DONE: LINKS}
    assert len(after) == 2 * LINKS
    assert len(json.loads(program.run("links", "list", "--all", "--json"))) == 2 * LINKS
