"""Apply one plan: each of its changes once, whatever dies meanwhile.

A change is written down as begun before its call and as ended after it. One that was begun and whose end is
not known (a crash, a lost answer) is looked at before anything is done about it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.differences import changed_since, is_applied
from linktui.model.errors import (
    Conflict,
    LinktuiError,
    NotFound,
    RateLimited,
    StorageError,
    Unauthorized,
    Unavailable,
)
from linktui.model.link import Link
from linktui.model.plan import Plan, PlanState
from linktui.model.wording import explain
from linktui.providers.base import Told
from linktui.services.accounts import AccountService
from linktui.services.acts import perform
from linktui.services.freshness import Freshness
from linktui.services.ledger import Ledger
from linktui.storage.plans import Ended, Plans

AT_ONCE = 64
"""Calls under way at one account, and no more than it takes in a second."""
CHUNK = 500
"""Links that are looked at together before they are changed."""
TRIES = 4
"""Times that a change is tried whose service does not answer."""
PATIENCE = 12
"""Changes in a row without an answer after which the plan pauses by itself."""
LOOK = 0.1
"""Seconds between two looks at whether somebody stopped the plan."""
REST = 1.0
"""Seconds before the first new try; each further one waits twice as long."""
LONGEST_REST = 30.0
CHANGED = "It was changed elsewhere since the plan was made ({}), and was left as it is"
GONE = "It is not there any more"
_ENDED = frozenset({Verb.DELETE})

Latest = Mapping[tuple[str, str], Link]
Move = Callable[[Change], Awaitable[Ended]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What plans are applied with."""

    plans: Plans
    accounts: AccountService
    freshness: Freshness
    now: Callable[[str], datetime]
    """The moment by the clock of an account's service."""
    clock: Callable[[], datetime]
    move: Move
    """Moves a link to another account, which takes many calls."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Application:
    """One run at one plan."""

    def __init__(self, plan_id: int, tools: Tools) -> None:
        self._id = plan_id
        self._tools = tools
        self._plans = tools.plans
        self._ledger = Ledger(tools.plans, clock=tools.clock)
        self._halted = False
        self._silent: dict[str, int] = {}
        """Changes in a row without an answer, by account."""
        self._left: dict[tuple[str, str], Link] = {}
        """Links as this plan left them."""

    async def run(self) -> None:
        """Work until nothing is left, somebody stops it, or it pauses by itself; raises StorageError."""
        self._left = {_place(link): link for link in self._plans.left_between(self._id)}
        watching = asyncio.create_task(self._watch())
        try:
            async with asyncio.TaskGroup() as group:
                for account in self._plans.accounts(self._id):
                    group.create_task(self._lane(account))
        finally:
            watching.cancel()
        await self._ledger.flush()
        await self._settle()

    async def _lane(self, account: str) -> None:
        """Make the changes of one account; a slow service holds up no other."""
        while True:
            begun = self._plans.at(self._id, ChangeState.INTENDED, account=account, limit=CHUNK)
            ready = self._ready(account)
            if begun or ready:
                well = await self._go_through(account, begun, ready)
                await self._ledger.flush()
            else:
                well = await self._wait_for_held(account)
            if not well:
                return

    def _ready(self, account: str) -> list[Change]:
        """Return the next changes of an account, of one phase, that may be made now."""
        plan = self._plan()
        if self._halted or plan.state is not PlanState.APPLYING:
            return []
        held = plan.hold_until is not None and plan.hold_until > self._tools.clock()
        found = self._plans.at(
            self._id, ChangeState.PLANNED, account=account, limit=CHUNK, final=False if held else None
        )
        phase = found[0].intent.phase if found and found[0].intent is not None else 0
        return [one for one in found if one.intent is not None and one.intent.phase == phase]

    async def _wait_for_held(self, account: str) -> bool:
        """Wait until what nothing can undo may be sent; tell whether there is any."""
        while not self._halted and self._plans.at(self._id, ChangeState.PLANNED, account=account, limit=1):
            plan = self._plan()
            if plan.hold_until is None or plan.hold_until <= self._tools.clock():
                return plan.state is PlanState.APPLYING
            await self._tools.sleep(LOOK)
        return False

    async def _go_through(self, account: str, begun: Sequence[Change], ready: Sequence[Change]) -> bool:
        """Make some changes, many at once, and tell whether the account could be reached.

        What was begun comes first, whoever stopped the plan since.
        """
        try:
            room = self._room(account)
            latest = await self._look(ready)
        except StorageError:
            raise
        except LinktuiError as error:
            await self._trouble(account, error)
            return False
        waiting = [*reversed(ready), *reversed(begun)]
        uncertain = {change.id for change in begun}

        async def work() -> None:
            while waiting and (not self._halted or waiting[-1].id in uncertain):
                change = waiting.pop()
                await self._one(change, latest, begun=change.id in uncertain)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(room, len(waiting))):
                group.create_task(work())
        return True

    def _room(self, account: str) -> int:
        """Return how many calls to have under way: what waits for its turn could not be stopped any more."""
        found = self._tools.accounts.get(account)
        return min(AT_ONCE, max(1, round(found.connection.rate or found.limits.rate)))

    async def _look(self, changes: Sequence[Change]) -> Latest:
        """Return how the links of some changes are now, those that are gone left out."""
        links: dict[str, list[Link]] = {}
        for change in changes:
            if change.intent is not None and change.intent.link is not None and _is_about(change.intent):
                links.setdefault(change.intent.link.account, []).append(change.intent.link)
        return {
            (account, link_id): link
            for account, ours in links.items()
            for link_id, link in (await self._look_at(account, ours)).items()
        }

    async def _look_at(self, account: str, links: Sequence[Link]) -> Mapping[str, Link]:
        rest = REST
        for _ in range(TRIES - 1):
            try:
                return await self._tools.freshness.look(account, links)
            except (Unavailable, RateLimited) as error:
                if self._halted:
                    raise
                await self._tools.sleep(min(error.retry_after or rest, LONGEST_REST))
            rest *= 2
        return await self._tools.freshness.look(account, links)

    async def _one(self, change: Change, latest: Latest, *, begun: bool) -> None:
        assert change.intent is not None  # a plan holds nothing else
        intent = self._as_left(change.intent)
        if not begun:
            ended = self._already(change, intent, latest)
            if ended is not None:
                self._ledger.end(ended)
                return
            await self._ledger.begin(change.id)
        try:
            ended = await self._until_known(change, intent, begun=begun)
        except Unauthorized as error:
            self._ledger.end(Ended(change_id=change.id, state=ChangeState.PLANNED))
            await self._trouble(change.account, error)
        else:
            self._note(ended)
            self._ledger.end(ended)
            if self._silent.get(change.account, 0) >= PATIENCE:
                await self._trouble(change.account, Unavailable())

    async def _until_known(self, change: Change, intent: Intent, *, begun: bool) -> Ended:
        """Make a change, again after a lost answer, until its end is known; raises Unauthorized."""
        rest = REST
        for tried in range(1, TRIES + 1):
            try:
                if begun and (known := await self._found_out(change, intent)) is not None:
                    return known
                ended = await self._act(change, intent, again=begun)
            except RateLimited as error:
                await self._tools.sleep(min(error.retry_after or rest, LONGEST_REST))
                if tried == TRIES:
                    return Ended(change_id=change.id, state=ChangeState.PLANNED)
            except Unavailable as error:
                self._silent[change.account] = self._silent.get(change.account, 0) + 1
                if tried == TRIES or self._halted:
                    return Ended(change_id=change.id, state=ChangeState.FAILED, error=explain(error))
                await self._tools.sleep(rest)
                begun = True
            else:
                self._silent[change.account] = 0
                return ended
            rest = min(rest * 2, LONGEST_REST)
        raise AssertionError("a loop that ends by returning or raising")

    async def _act(self, change: Change, intent: Intent, *, again: bool) -> Ended:
        if intent.verb is Verb.MOVE:
            return await self._move(change)
        provider = self._tools.accounts.provider(change.account)
        try:
            told = await perform(provider, intent, key=change.key, again=again)
        except (RateLimited, Unavailable, Unauthorized, StorageError):
            raise
        except NotFound:
            state = ChangeState.DONE if intent.verb in _ENDED else ChangeState.STALE
            return Ended(change_id=change.id, state=state, error=GONE, gone=_key(intent))
        except Conflict as error:
            stale = error.code == "stale"
            state = ChangeState.STALE if stale else ChangeState.FAILED
            return Ended(change_id=change.id, state=state, error=explain(error))
        except LinktuiError as error:
            return Ended(change_id=change.id, state=ChangeState.FAILED, error=explain(error))
        return _done(change, intent, told)

    async def _move(self, change: Change) -> Ended:
        try:
            return await self._tools.move(change)
        except (RateLimited, Unavailable, StorageError):
            raise
        except LinktuiError as error:  # of either account: the other may be well
            return Ended(change_id=change.id, state=ChangeState.FAILED, error=explain(error))

    async def _found_out(self, change: Change, intent: Intent) -> Ended | None:
        """Return how a change that was begun ended, as its service has it; None if it was not made."""
        link = intent.link
        if link is None or intent.verb in {Verb.CREATE, Verb.MOVE}:
            return None  # making it again with the same key makes no second one
        latest = (await self._tools.freshness.look(link.account, [link])).get(link.id)
        if latest is None:
            state = ChangeState.DONE if intent.verb.ends else ChangeState.STALE
            return Ended(change_id=change.id, state=state, error=GONE, gone=_key(intent))
        now = self._tools.now(link.account)
        made = (
            latest.revoked_at is not None
            if intent.verb is Verb.REVOKE
            else intent.edit is not None and is_applied(latest, intent.edit, now=now)
        )
        if made:
            return Ended(change_id=change.id, state=ChangeState.DONE, after=latest)
        changed = changed_since(link, latest)
        return stale_end(change.id, CHANGED.format(changed)) if changed else None

    def _already(self, change: Change, intent: Intent, latest: Latest) -> Ended | None:
        """Return how a change ends without a call, because its link is not what it was; None when it is."""
        link = intent.link
        if link is None or not _is_about(intent) or _place(link) in self._left:
            return None
        now = latest.get(_place(link))
        if now is None:
            return replace(stale_end(change.id, GONE), gone=_place(link))
        changed = changed_since(link, now)
        if not changed:
            return None
        if intent.edit is not None and is_applied(now, intent.edit, now=self._tools.now(link.account)):
            return Ended(change_id=change.id, state=ChangeState.DONE, after=now)
        return stale_end(change.id, CHANGED.format(changed))

    def _as_left(self, intent: Intent) -> Intent:
        """Return a change of the link as an earlier change of this plan left it."""
        if intent.link is None:
            return intent
        return replace(intent, link=self._left.get(_place(intent.link), intent.link))

    def _note(self, ended: Ended) -> None:
        if ended.after is not None:
            self._left[_place(ended.after)] = ended.after

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
            self._halted = self._halted or self._plan().state is not PlanState.APPLYING

    def _plan(self) -> Plan:
        plan = self._plans.get(self._id)
        assert plan is not None  # a plan that was begun is not discarded
        return plan

    async def _settle(self) -> None:
        """Note that the plan is over, if it is."""
        plan, now = self._plan(), self._tools.clock()
        if plan.state is PlanState.STOPPING:
            await self._plans.move_changes(self._id, [ChangeState.PLANNED], ChangeState.STOPPED)
            await self._plans.set_state(self._id, PlanState.SETTLED, at=now)
        elif plan.state is PlanState.APPLYING and not plan.count(ChangeState.PLANNED, ChangeState.INTENDED):
            await self._plans.set_state(self._id, PlanState.SETTLED, at=now)


def stale_end(change_id: int, error: str) -> Ended:
    """Return the end of a change that was left undone because its link is another by now."""
    return Ended(change_id=change_id, state=ChangeState.STALE, error=f"{error}.")


def _is_about(intent: Intent) -> bool:
    """Tell whether a change depends on how its link is: a creation in the place of another does not."""
    return intent.verb is not Verb.CREATE


def _done(change: Change, intent: Intent, told: Told | None) -> Ended:
    if told is None:
        return Ended(change_id=change.id, state=ChangeState.DONE, gone=_key(intent))
    return Ended(change_id=change.id, state=ChangeState.DONE, after=told.link, raw=told.raw)


def _key(intent: Intent) -> tuple[str, str] | None:
    return None if intent.link is None else _place(intent.link)


def _place(link: Link) -> tuple[str, str]:
    return link.account, link.id
