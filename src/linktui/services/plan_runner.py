"""Apply the plans that people have confirmed: the daemon's part, or a test's in one process."""

from __future__ import annotations

import asyncio
import logging
import traceback

from linktui.model.errors import StorageError
from linktui.model.plan import PlanState
from linktui.model.wording import explain
from linktui.services.application import Application
from linktui.services.freshness import Freshness
from linktui.services.house import House
from linktui.services.making import Tools
from linktui.services.moving import Mover
from linktui.storage.damage import DAMAGED, is_damage, storage_error
from linktui.storage.database import Database
from linktui.storage.links import Links
from linktui.storage.plans import Plans

LOOK = 0.1
"""Seconds between two looks at whether the database changed."""
STORAGE_REST = 5.0
"""Seconds to leave a full or failing disk alone."""
OWN_FAULT = "linktui met a fault of its own; `linktui daemon logs` has the details"
log = logging.getLogger("linktui.plans")


class PlanRunner:
    """Every plan that is under way, each worked on by itself."""

    def __init__(self, *, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools
        self._running: dict[int, asyncio.Task[None]] = {}

    @property
    def busy(self) -> bool:
        """Whether any plan is being applied."""
        return bool(self._running)

    async def run(self) -> None:
        """Work until cancelled; what is under way then is looked after by the next daemon."""
        version = -1
        try:
            while True:
                latest = self._database.version()
                if latest != version or any(task.done() for task in self._running.values()):
                    version = latest
                    self._step()
                await asyncio.sleep(LOOK)
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Work until no plan is under way (for tests, and for a command without a daemon)."""
        while plans := self._tools.plans.running():
            for plan in plans:
                await Application(plan.id, self._tools).run()

    def _step(self) -> None:
        for task in self._running.values():
            error = task.exception() if task.done() and not task.cancelled() else None
            if error is not None and is_damage(storage_error(error, self._database.path)):
                raise error
        self._running = {number: task for number, task in self._running.items() if not task.done()}
        for plan in self._tools.plans.running():
            if plan.id not in self._running:
                task = asyncio.create_task(self._apply(plan.id), name=f"plan {plan.id}")
                self._running[plan.id] = task

    async def _apply(self, plan_id: int) -> None:
        try:
            await Application(plan_id, self._tools).run()
        except* (StorageError, *DAMAGED) as group:
            error = storage_error(group, self._database.path)
            if error is None or is_damage(error):
                raise
            log.warning("plan %d: %s", plan_id, explain(error))
            await asyncio.sleep(STORAGE_REST)
        except* Exception as group:  # noqa: BLE001 - the fault of one plan stops no other
            await self._give_up(plan_id, group)

    async def _give_up(self, plan_id: int, error: BaseException) -> None:
        # Without its words: what it fell over may hold a share URL.
        log.error("plan %d: %s\n%s", plan_id, type(error).__name__, _places(error))
        await self._tools.plans.set_state(
            plan_id, PlanState.PAUSED, at=self._tools.clock(), trouble=OWN_FAULT
        )


def open_runner(house: House) -> PlanRunner:
    """Return a runner for the plans of a data directory."""
    services, links = house.services, Links(house.database)
    mover = Mover(
        accounts=services.accounts,
        transfers=services.transfers,
        links=links,
        spool=house.locations.spool,
        now=services.links.now,
        clock=services.clock,
    )
    return PlanRunner(
        database=house.database,
        tools=Tools(
            plans=Plans(house.database),
            accounts=services.accounts,
            freshness=Freshness(accounts=services.accounts, links=links, sync=services.sync),
            now=services.links.now,
            clock=services.clock,
            move=mover.move,
        ),
    )


def _places(error: BaseException) -> str:
    within = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    own = "".join(traceback.format_tb(error.__traceback__))
    return own + "".join(f"{type(one).__name__}\n{_places(one)}" for one in within)
