"""One account's part of a plan: its next changes looked at, written down as begun, and made many at once.

While some are made the next are got ready, so that neither the disk nor a look at the service holds up calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from linktui.model.change import Change, ChangeState, Intent
from linktui.model.errors import LinktuiError, RateLimited, StorageError, Unauthorized, Unavailable
from linktui.model.link import Link
from linktui.model.plan import PlanState
from linktui.services import making
from linktui.services.ledger import Ledger
from linktui.services.making import Latest, Maker, Tools, is_about
from linktui.storage.plans import Ended

AT_ONCE = 64
"""Calls under way at one account, and no more than it takes in a second."""
AHEAD = 8
"""How many times as many changes wait for their call at most, half of them begun at one go: whoever stops the
plan gets back what was not sent."""
FIRST, MOST = 100, 300
"""Links that are looked at together before they are changed: few at first, so that calls begin at once."""
PATIENCE = 12
"""Changes in a row without an answer after which the plan pauses by itself."""
LOOK = 0.1
"""Seconds between two looks at whether what waits may be sent."""

Trouble = Callable[[str, LinktuiError], Awaitable[None]]
Begun = tuple[Change, Intent, bool]
"""A change, what is to be made of its link as it is by now, and whether somebody who died began it."""


class Lane:
    """The changes of one plan at one account; a slow service holds up no other."""

    def __init__(
        self,
        account: str,
        *,
        plan_id: int,
        standing: Callable[[], tuple[PlanState, datetime | None]],
        tools: Tools,
        ledger: Ledger,
        maker: Maker,
        is_halted: Callable[[], bool],
        trouble: Trouble,
    ) -> None:
        """`standing` tells the plan's state and until when it holds back what is final.

        `trouble` pauses the plan, because the rest of it would fare no better.
        """
        self._account = account
        self._id = plan_id
        self._standing = standing
        self._tools = tools
        self._plans = tools.plans
        self._ledger = ledger
        self._maker = maker
        self._is_halted = is_halted
        self._trouble = trouble

    async def run(self) -> None:
        """Make every change that may be made; what somebody who died began comes first."""
        try:
            room = self._room()
        except LinktuiError as error:
            await self._trouble(self._account, error)
            return
        queue: asyncio.Queue[Begun] = asyncio.Queue(room * AHEAD)
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self._work(queue)) for _ in range(room)]
            await self._feed(queue)
            await queue.join()
            for worker in workers:
                worker.cancel()

    async def _feed(self, queue: asyncio.Queue[Begun]) -> None:
        for change in self._at(ChangeState.INTENDED):
            await queue.put((change, self._maker.as_left(_intent_of(change)), True))
        phase = None
        chunk = FIRST
        while True:
            ready = self._ready(chunk)
            if not ready or _intent_of(ready[0]).phase != phase:
                # Something may have gone back to what is planned, or the next phase needs all of this one.
                await queue.join()
                await self._ledger.flush()
                ready = self._ready(chunk)
            if ready:
                phase = _intent_of(ready[0]).phase
                await self._begin(ready, queue)
                chunk = min(MOST, 2 * chunk)
            elif not await self._wait_for_held():
                return

    async def _begin(self, ready: Sequence[Change], queue: asyncio.Queue[Begun]) -> None:
        """Put the changes into the queue whose links are as they were when the plan was made."""
        try:
            latest = await self._look(ready)
        except StorageError:
            raise
        except LinktuiError as error:
            await self._trouble(self._account, error)
            return
        going = [begun for change in ready if (begun := self._checked(change, latest)) is not None]
        for at in range(0, len(going), queue.maxsize // 2):
            if self._is_halted():
                return
            some = going[at : at + queue.maxsize // 2]
            await self._ledger.begin([change.id for change, _, _ in some])
            for begun in some:
                await queue.put(begun)
        if len(going) < len(ready):  # what ended without a call is else found ready again
            await self._ledger.flush()

    def _checked(self, change: Change, latest: Latest) -> Begun | None:
        intent = self._maker.as_left(_intent_of(change))
        ended = self._maker.already(change, intent, latest)
        if ended is None:
            return change, intent, False
        self._ledger.end(ended)
        return None

    async def _work(self, queue: asyncio.Queue[Begun]) -> None:
        while True:
            change, intent, uncertain = await queue.get()
            try:
                await self._make(change, intent, uncertain=uncertain)
            finally:
                queue.task_done()

    async def _make(self, change: Change, intent: Intent, *, uncertain: bool) -> None:
        if self._is_halted() and not uncertain:  # it was begun on paper only
            self._ledger.end(Ended(change_id=change.id, state=ChangeState.PLANNED))
            return
        try:
            ended = await self._maker.make(change, intent, begun=uncertain)
        except Unauthorized as error:
            self._ledger.end(Ended(change_id=change.id, state=ChangeState.PLANNED))
            await self._trouble(self._account, error)
            return
        self._ledger.end(ended)
        if self._maker.silent(self._account) >= PATIENCE:
            await self._trouble(self._account, Unavailable())

    def _room(self) -> int:
        """Return how many calls to have under way; raises InvalidInput for an account that is gone."""
        found = self._tools.accounts.get(self._account)
        return min(AT_ONCE, max(1, round(found.connection.rate or found.limits.rate)))

    def _ready(self, limit: int) -> list[Change]:
        """Return the next changes, of one phase, that may be made now."""
        state, hold_until = self._standing()
        if self._is_halted() or state is not PlanState.APPLYING:
            return []
        held = hold_until is not None and hold_until > self._tools.clock()
        found = self._at(ChangeState.PLANNED, limit=limit, final=False if held else None)
        return [change for change in found if _intent_of(change).phase == _intent_of(found[0]).phase]

    async def _wait_for_held(self) -> bool:
        """Wait until what nothing can undo may be sent; tell whether there is any."""
        while not self._is_halted() and self._at(ChangeState.PLANNED, limit=1):
            state, hold_until = self._standing()
            if hold_until is None or hold_until <= self._tools.clock():
                return state is PlanState.APPLYING
            await self._tools.sleep(LOOK)
        return False

    def _at(self, state: ChangeState, *, limit: int = 1 << 40, final: bool | None = None) -> list[Change]:
        return self._plans.at(self._id, state, account=self._account, limit=limit, final=final)

    async def _look(self, changes: Sequence[Change]) -> Latest:
        """Return how the links of some changes are now, those that are gone left out."""
        links: dict[str, list[Link]] = {}
        for intent in map(_intent_of, changes):
            if intent.link is not None and is_about(intent):
                links.setdefault(intent.link.account, []).append(intent.link)
        return {
            (account, link_id): link
            for account, ours in links.items()
            for link_id, link in (await self._look_at(account, ours)).items()
        }

    async def _look_at(self, account: str, links: Sequence[Link]) -> Mapping[str, Link]:
        rest = making.REST
        for _ in range(making.TRIES - 1):
            try:
                return await self._tools.freshness.look(account, links)
            except (Unavailable, RateLimited) as error:
                if self._is_halted():
                    raise
                await self._tools.sleep(min(error.retry_after or rest, making.LONGEST_REST))
            rest *= 2
        return await self._tools.freshness.look(account, links)


def _intent_of(change: Change) -> Intent:
    assert change.intent is not None  # a plan holds nothing else
    return change.intent
