"""A whole plan of link changes, applied as the daemon applies it: looks, calls, journal, list."""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.file_links import LINKS, link
from linktui.config.locations import Locations
from linktui.daemon.collector import look_seldom
from linktui.model.change import ChangeState
from linktui.model.link import Link, LinkEdit
from linktui.model.plan import PlanState
from linktui.providers.stripe.wire_links import link_from
from linktui.services.house import House
from linktui.services.plan_runner import open_runner
from linktui.storage import links as stored
from linktui.wiring import build

_SETTINGS = """
[accounts.bench]
provider = "stripe"
base_url = "{address}"
secret = "file:{secret}"
rate = 1000000
"""


def applied(address: str, *, key: str, until: datetime, spent: list[float]) -> float:
    """Return the seconds from confirming a plan of all links to its end, and note those of the CPU."""
    with tempfile.TemporaryDirectory() as home:
        locations, secret = Locations.below(Path(home)), Path(home, "secret")
        locations.create()
        secret.write_text(key)
        secret.chmod(0o600)
        locations.settings_file.write_text(_SETTINGS.format(address=address, secret=secret))
        return asyncio.run(_applied(locations, until, spent))


async def _applied(locations: Locations, until: datetime, spent: list[float]) -> float:
    house = build(locations)
    try:
        plan_id = await _planned(house, until)
        runner = open_runner(house)
        look_seldom()  # as the daemon does
        began, cpu = time.perf_counter(), time.process_time()
        await house.services.plans.apply(plan_id, hold=timedelta(0))
        await runner.drain()
        spent.append(time.process_time() - cpu)
        seconds = time.perf_counter() - began
        plan = house.services.plans.get(plan_id)
        assert plan.state is PlanState.SETTLED
        assert plan.count(ChangeState.DONE) == LINKS
        return seconds
    finally:
        await house.close()


async def _planned(house: House, until: datetime) -> int:
    links = stored.Links(house.database)
    await links.save(_links(), seen=datetime.now(UTC))
    planner = house.services.plans.planner()
    known = links.get_many([("bench", one.id) for one, _ in _links()])
    intents = [planner.edited(one, LinkEdit(expires_at=until)) for one in known]
    return (await house.services.plans.make("benchmark", intents)).id


def _links() -> list[tuple[Link, str]]:
    now = datetime.now(UTC)
    told = [link_from(link(number), account="bench", now=now) for number in range(LINKS)]
    return [(one.link, one.raw) for one in told]
