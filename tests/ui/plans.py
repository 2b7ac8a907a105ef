"""Plans over the fake service, and what the daemon does with them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from linktui.model.change import Verb
from linktui.model.file import File
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec
from linktui.model.plan import Plan
from linktui.services.plan_runner import PlanRunner, open_runner
from tests.fakes import NOON
from tests.ui.program import DAY, World


def runner_of(world: World) -> PlanRunner:
    """Return what applies plans, as the daemon has it."""
    house = world.house
    return open_runner(house)


async def drain(world: World) -> None:
    """Have every plan that is under way applied, as the daemon would."""
    await asyncio.wait_for(runner_of(world).drain(), 20)


async def longer(world: World, links: Sequence[Link], by: str = "7d") -> Plan:
    """Make a plan that extends links."""
    planner = world.house.services.plans.planner()
    title = f"extend {len(links)} links by {by}"
    return await world.house.services.plans.make(title, [planner.extended(link, by) for link in links])


async def mixed(world: World, names: Sequence[str] = ("a.pdf", "b.pdf", "c.pdf", "d.pdf")) -> Plan:
    """Make a plan of every kind of change, one of which cannot be made."""
    plans = world.house.services.plans
    planner = plans.planner()
    first, second, third, *rest = await world.seed(*names)
    gone = world.provider.seed_link(name="over.pdf", revoked_at=NOON, expires_at=NOON + DAY)
    await world.keep(gone)
    world.provider.files["f_1"] = File(account="local", id="f_1", name="new.pdf", size=9, created_at=NOON)
    spec = LinkSpec(kind=LinkKind.DOWNLOAD, name="new.pdf", expires_at=NOON + 9 * DAY)
    edit = LinkEdit(expires_at=NOON + 30 * DAY, download_limit=5, metadata={"team": "ops"})
    return await plans.make(
        "what is planned for November",
        [
            planner.extended(first, "7d"),
            planner.edited(second, edit),
            planner.created("local", ("f_1",), spec),
            planner.ended(third, Verb.REVOKE),
            *(planner.extended(link, "1d") for link in rest),
            planner.extended(gone, "7d"),
        ],
    )


async def revoking(world: World, *names: str) -> Plan:
    """Make a plan that revokes new links."""
    plans = world.house.services.plans
    planner = plans.planner()
    links = await world.seed(*names)
    return await plans.make(f"revoke {len(links)} links", [planner.ended(one, Verb.REVOKE) for one in links])
