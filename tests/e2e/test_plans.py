"""A plan whose daemon is killed again and again makes each of its changes exactly once."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from linktui.daemon.control import ensure_running
from linktui.model.change import ChangeState, Intent
from linktui.model.link import Link, LinkKind, LinkSpec
from linktui.model.plan import Plan, PlanState
from linktui.model.query import LinkQuery
from linktui.services.house import House
from linktui.services.planning import Planner
from linktui.wiring import build, system_clock
from tests.e2e.conftest import Program
from tests.waiting import soon, until

LINKS = 60
KILLS = 3
SLOWLY = '[accounts.local]\nprovider = "local"\nrate = 40\n'
"""So that a daemon takes two seconds for a plan."""
MORE_SLOWLY = SLOWLY.replace("40", "20")


async def made_links(house: House) -> list[Link]:
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=system_clock() + timedelta(days=3))
    links = house.services.links
    return [await links.create("local", (), spec) for _ in range(LINKS)]


async def wait_for(house: House, plan: Plan, holds: Callable[[Plan], bool]) -> Plan:
    await soon(lambda: holds(house.services.plans.get(plan.id)), plan.title)
    return house.services.plans.get(plan.id)


async def applied_despite_kills(
    program: Program, make: Callable[[Planner, list[Link]], list[Intent]]
) -> tuple[list[Link], list[Link], Plan]:
    """Return the links before and after a plan whose daemon was killed at several points, and the plan."""
    program.locations.create()
    ensure_running(program.locations)
    house = build(program.locations)
    before = await made_links(house)
    program.run("daemon", "stop")
    program.configure(SLOWLY)
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
    assert len(program.rows("links", "list", "--all")) == 2 * LINKS


def test_many_links_are_changed_rehearsed_and_taken_back_by_commands(program: Program) -> None:
    ensure_running(program.locations)
    house = build(program.locations)
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=system_clock() + timedelta(days=3))

    async def make() -> list[Link]:
        made = [await house.services.links.create("local", (), spec) for _ in range(30)]
        await house.close()
        return made

    before = {link.id: link.expires_at for link in asyncio.run(make())}
    choice = ("--filter", "kind:upload expires<7d")
    requests = json.loads(program.run("links", "extend", *choice, "--by", "7d", "--dry-run", "--json"))
    assert {request["method"] for request in requests} == {"PATCH"}
    assert len(requests) == 30
    assert latest(program)["title"].startswith("create")
    plan = json.loads(program.run("links", "extend", *choice, "--by", "7d", "--yes", "--json"))
    assert plan["counts"] == {"done": 30}

    def ends() -> dict[str, str]:
        return {row["id"]: row["expires_at"] for row in program.rows("links", "list")}

    wanted = {key: end + timedelta(days=7) for key, end in before.items() if end}
    assert ends() == {key: f"{end:%Y-%m-%dT%H:%M:%SZ}" for key, end in wanted.items()}
    program.run("plan", "undo", "--yes")
    assert ends() == {key: f"{end:%Y-%m-%dT%H:%M:%SZ}" for key, end in before.items() if end}


def test_an_interrupted_wait_leaves_the_plan_to_the_daemon(program: Program) -> None:
    program.configure(MORE_SLOWLY)
    ensure_running(program.locations)
    house = build(program.locations)
    asyncio.run(_made_and_closed(house))
    waiting = program.start("links", "extend", "--filter", "kind:upload", "--by", "7d", "--yes")
    until(lambda: latest(program)["state"] == "applying")
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert "goes on in the daemon" in said
    until(lambda: latest(program)["state"] == "settled")
    assert latest(program)["counts"] == {"done": LINKS}


async def _made_and_closed(house: House) -> None:
    await made_links(house)
    await house.close()


def latest(program: Program) -> dict[str, Any]:
    [plan] = program.rows("plan", "list", "--limit", "1")
    assert isinstance(plan, dict)
    return plan
