"""Apply one plan: each of its changes once, whatever dies meanwhile.

A change is written down as begun before its call and as ended after it. One that was begun and whose end is
not known (a crash, a lost answer) is looked at before anything is done about it again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from linktui.model.change import ChangeState
from linktui.model.errors import LinktuiError
from linktui.model.plan import PlanState
from linktui.model.wording import explain
from linktui.services.lane import Lane
from linktui.services.ledger import Ledger
from linktui.services.making import Maker, Tools, place_of

LOOK = 0.1
"""Seconds between two looks at whether somebody stopped the plan."""


class Application:
    """One run at one plan."""

    def __init__(self, plan_id: int, tools: Tools) -> None:
        self._id = plan_id
        self._tools = tools
        self._plans = tools.plans
        self._halted = False

    async def run(self) -> None:
        """Work until nothing is left, somebody stops it, or it pauses by itself; raises StorageError."""
        ledger = Ledger(self._plans, clock=self._tools.clock)
        left = {place_of(link): link for link in self._plans.left_between(self._id)}
        maker = Maker(self._tools, left=left, is_halted=self._is_halted)
        watching = asyncio.create_task(self._watch())
        try:
            async with asyncio.TaskGroup() as group:
                for account in self._plans.accounts(self._id):
                    lane = Lane(
                        account,
                        plan_id=self._id,
                        standing=self._standing,
                        tools=self._tools,
                        ledger=ledger,
                        maker=maker,
                        is_halted=self._is_halted,
                        trouble=self._trouble,
                    )
                    group.create_task(lane.run())
        finally:
            watching.cancel()
        await ledger.flush()
        await self._settle()

    def _is_halted(self) -> bool:
        return self._halted

    async def _trouble(self, account: str, error: LinktuiError) -> None:
        """Pause the plan: the rest of it would fare no better."""
        if self._halted:
            return
        self._halted = True
        await self._plans.set_state(
            self._id, PlanState.PAUSED, at=self._tools.clock(), trouble=f"{account}: {explain(error)}"
        )

    async def _watch(self) -> None:
        """Notice when somebody pauses or stops the plan."""
        while not self._halted:
            await self._tools.sleep(LOOK)
            self._halted = self._halted or self._standing()[0] is not PlanState.APPLYING

    def _standing(self) -> tuple[PlanState, datetime | None]:
        return self._plans.standing(self._id)

    async def _settle(self) -> None:
        """Note that the plan is over, if it is."""
        plan, now = self._plans.get(self._id), self._tools.clock()
        assert plan is not None  # a plan that was begun is not discarded
        if plan.state is PlanState.STOPPING:
            await self._plans.move_changes(self._id, [ChangeState.PLANNED], ChangeState.STOPPED)
            await self._plans.set_state(self._id, PlanState.SETTLED, at=now)
        elif plan.state is PlanState.APPLYING and not plan.count(ChangeState.PLANNED, ChangeState.INTENDED):
            await self._plans.set_state(self._id, PlanState.SETTLED, at=now)
