"""Plans that end links and make new ones, applied by whatever daemon lives."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta

from linktui.model.change import ChangeState, Intent
from linktui.model.link import LinkEdit, LinkKind, LinkSpec
from linktui.model.plan import Plan, PlanState
from linktui.services.house import Services
from linktui.wiring import system_clock
from tests.faults.soak.cargo import Cargo

REST = 2.0
"""Seconds between two plans."""
MOST = 20
"""Cargoes that one plan is about."""
SOON = (30.0, 60.0)
"""Seconds after which a link ends that is not ended at once: more than a change may take to be made."""
LOOK = 0.25


class Planning:
    """Ends the first link of each cargo, at once or soon, and makes a second one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._plans: list[int] = []
        self._wanted: list[Cargo] = []

    def add(self, cargo: Cargo) -> None:
        """Have a cargo be part of the next plan, unless it was part of one."""
        if not cargo.ended and cargo not in self._wanted:
            self._wanted.append(cargo)

    async def run(self, over: asyncio.Event) -> None:
        """Make a plan at a time and have the daemon apply it."""
        plans = self._services.plans
        while not over.is_set():
            await asyncio.sleep(REST)
            some, self._wanted = self._wanted[:MOST], self._wanted[MOST:]
            if some:
                plan = await plans.make("soak", [one for cargo in some for one in self._wishes(cargo)])
                await plans.apply(plan.id, hold=timedelta(0))
                self._plans.append(plan.id)

    async def settled(self, *, patience: float) -> list[Plan]:
        """Wait until every plan is over, what a line failed tried again, and return them."""
        plans = self._services.plans
        end = time.monotonic() + patience
        while True:
            found = [plans.get(number) for number in self._plans]
            for plan in found:
                if plan.state is PlanState.PAUSED:
                    await plans.apply(plan.id, hold=timedelta(0))
                elif plan.state is PlanState.SETTLED and plan.count(ChangeState.FAILED):
                    await plans.retry(plan.id)
            open_ones = [
                plan
                for plan in found
                if plan.state is not PlanState.SETTLED or plan.count(ChangeState.FAILED)
            ]
            if not open_ones:
                return found
            assert time.monotonic() < end, open_ones
            await asyncio.sleep(LOOK)

    def _wishes(self, cargo: Cargo) -> list[Intent]:
        planner = self._services.plans.planner()
        assert cargo.transfer
        link = self._services.links.get("local", cargo.transfer.link_id)
        assert link
        cargo.ended = True
        cargo.extra_links += 1
        soon = LinkEdit(expires_at=system_clock() + timedelta(seconds=random.uniform(*SOON)))
        spec = LinkSpec(kind=LinkKind.DOWNLOAD, expires_at=system_clock() + timedelta(days=1))
        return [
            random.choice((planner.expired(link), planner.edited(link, soon))),
            planner.created("local", (cargo.transfer.file_id,), spec),
        ]
