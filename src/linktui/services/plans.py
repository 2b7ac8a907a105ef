"""Plans as people and scripts handle them: made, looked at, applied, undone; the daemon does the work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.plan import Outline, Plan, PlanState, Share
from linktui.services.accounts import AccountService
from linktui.services.links import LinkService
from linktui.services.planning import Planner, untangled
from linktui.services.rules import describe_intent
from linktui.storage.changes import Changes
from linktui.storage.links import Links
from linktui.storage.plans import Plans, Tally

KEPT_DRAFTS = 20
"""Drafts that are kept; an older one that nobody applied is forgotten."""
_OVER = (ChangeState.FAILED, ChangeState.STALE, ChangeState.STOPPED)


class PlanService:
    """Every plan of one data directory."""

    def __init__(
        self,
        *,
        plans: Plans,
        changes: Changes,
        links: Links,
        link_service: LinkService,
        accounts: AccountService,
        hold: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._plans = plans
        self._changes = changes
        self._links = links
        self._link_service = link_service
        self._accounts = accounts
        self._hold = hold
        self._clock = clock

    @property
    def hold(self) -> timedelta:
        """How long what nothing can undo waits before it is sent."""
        return self._hold

    def planner(self) -> Planner:
        """Return what makes changes ready, with the time as it is now."""
        return Planner(accounts=self._accounts, now=self._link_service.now)

    async def make(self, title: str, intent: Sequence[Intent], *, undo_of: int | None = None) -> Plan:
        """Keep a plan, to be looked at; raises InvalidInput for one of nothing."""
        if not intent:
            raise InvalidInput("plan", "changes nothing")
        for draft in self._old_drafts():
            await self._plans.discard(draft.id)
        plan_id = await self._plans.make(
            title, untangled(intent), at=self._clock(), describe=describe_intent, undo_of=undo_of
        )
        return self.get(plan_id)

    def get(self, plan_id: int) -> Plan:
        """Return one plan; raises InvalidInput for a number that is none's."""
        plan = self._plans.get(plan_id)
        if plan is None:
            raise InvalidInput("plan", f"{plan_id} is the number of none; see `linktui plan list`")
        return plan

    def all(self, *, limit: int = 1000, offset: int = 0) -> list[Plan]:
        """Return plans, newest first."""
        return self._plans.all(limit=limit, offset=offset)

    def number(self) -> int:
        """Return how many plans there are."""
        return self._plans.number()

    def changes(self, plan_id: int, *, offset: int = 0, limit: int = 1 << 40) -> list[Change]:
        """Return a plan's changes in groups: new, changed, ended, and what cannot be."""
        return self._plans.changes(plan_id, offset=offset, limit=limit)

    def order(self, plan_id: int, *, states: Iterable[ChangeState] = ChangeState) -> list[int]:
        """Return the numbers of a plan's changes at some states, in the order of `changes`."""
        return self._plans.order(plan_id, states=states)

    def some(self, change_ids: Iterable[int]) -> list[Change]:
        """Return those of some changes that there still are, in the order asked for."""
        return self._plans.some(change_ids)

    def unfinished(self) -> list[Plan]:
        """Return the plans that were begun and are not over, oldest first."""
        return self._plans.unfinished()

    def outline(self, plan_id: int) -> Outline:
        """Return what is to be known of a plan before it is applied."""
        tallies = self._plans.tallies(plan_id)
        able = [one for one in tallies if one.state not in {ChangeState.CANNOT, ChangeState.STOPPED}]
        verbs: Counter[Verb] = Counter()
        finals: Counter[Verb] = Counter()
        for one in able:
            verbs[one.verb] += one.changes
            finals[one.verb] += one.changes if one.final else 0
        names = sorted({one.account for one in able})
        return Outline(
            verbs=verbs,
            cannot=sum(one.changes for one in tallies if one.state is ChangeState.CANNOT),
            renewable=sum(one.changes for one in tallies if one.renewable),
            finals=+finals,
            shares=tuple(self._share(name, [one for one in able if one.account == name]) for name in names),
            live_ends=sum(one.changes for one in able if one.verb.ends and self._is_live(one.account)),
        )

    async def apply(self, plan_id: int, *, hold: timedelta | None = None) -> Plan:
        """Have the daemon apply a plan; what nothing can undo waits for `hold`, or the time that is set.

        Raises InvalidInput for one that is under way, is over, or has nothing that can be done.
        """
        plan = self.get(plan_id)
        if plan.state not in {PlanState.DRAFT, PlanState.PAUSED}:
            raise InvalidInput("plan", f"{plan_id} is {plan.state.value} already")
        if not plan.count(ChangeState.PLANNED, ChangeState.INTENDED):
            raise InvalidInput("plan", f"{plan_id} has nothing that can be done")
        until = None
        if plan.state is PlanState.DRAFT:
            until = self._clock() + (self._hold if hold is None else hold)
        await self._plans.set_state(plan_id, PlanState.APPLYING, at=self._clock(), hold_until=until)
        return self.get(plan_id)

    async def pause(self, plan_id: int) -> None:
        """Have a plan go no further until it is applied again; what is under way ends."""
        if self.get(plan_id).state is PlanState.APPLYING:
            await self._plans.set_state(plan_id, PlanState.PAUSED, at=self._clock())

    async def stop(self, plan_id: int) -> None:
        """Have a plan end after what is under way; the rest is left as it is."""
        plan = self.get(plan_id)
        if plan.state is PlanState.PAUSED and not plan.count(ChangeState.INTENDED):
            await self._plans.move_changes(plan_id, [ChangeState.PLANNED], ChangeState.STOPPED)
            await self._plans.set_state(plan_id, PlanState.SETTLED, at=self._clock())
        elif plan.state in {PlanState.APPLYING, PlanState.PAUSED}:
            await self._plans.set_state(plan_id, PlanState.STOPPING, at=self._clock())

    async def retry(self, plan_id: int, *, change_ids: Iterable[int] | None = None) -> int:
        """Try again what failed, was stale or was stopped, and return how many that is."""
        plan = self.get(plan_id)
        if plan.state.running:
            raise InvalidInput("plan", f"{plan_id} is under way; retry what failed when it is over")
        number = await self._plans.move_changes(plan_id, _OVER, ChangeState.PLANNED, change_ids=change_ids)
        if number and plan.state is PlanState.SETTLED:
            now = self._clock()
            # What nothing can undo waits again: perhaps it was stopped while it waited.
            await self._plans.set_state(plan_id, PlanState.APPLYING, at=now, hold_until=now + self._hold)
        return number

    async def discard(self, plan_id: int) -> None:
        """Forget a plan of which nothing was sent; raises InvalidInput for any other."""
        if self.get(plan_id).state is not PlanState.DRAFT:
            raise InvalidInput("plan", f"{plan_id} was applied, and stays in the history")
        await self._plans.discard(plan_id)

    async def leave_out(self, plan_id: int, change_ids: Iterable[int]) -> int:
        """Take changes out of a draft and return how many there were."""
        if self.get(plan_id).state is not PlanState.DRAFT:
            raise InvalidInput("plan", f"{plan_id} was applied; what is left of it can be stopped")
        return await self._plans.move_changes(
            plan_id, [ChangeState.PLANNED], ChangeState.STOPPED, change_ids=change_ids
        )

    async def take_in(self, plan_id: int, change_ids: Iterable[int]) -> int:
        """Take changes that were left out into a draft again and return how many there were."""
        if self.get(plan_id).state is not PlanState.DRAFT:
            raise InvalidInput("plan", f"{plan_id} was applied; what was stopped can be retried")
        return await self._plans.move_changes(
            plan_id, [ChangeState.STOPPED], ChangeState.PLANNED, change_ids=change_ids
        )

    async def renew(self, plan_id: int, *, change_ids: Iterable[int] | None = None) -> int:
        """Have new links made in the place of those that cannot be changed, and return how many."""
        if self.get(plan_id).state is not PlanState.DRAFT:
            raise InvalidInput("plan", f"{plan_id} was applied; make another one")
        planner, renewed = self.planner(), 0
        asked = None if change_ids is None else set(change_ids)
        for change in self._plans.at(plan_id, ChangeState.CANNOT, limit=1 << 40):
            if change.intent is None or not change.intent.renewable or (asked and change.id not in asked):
                continue
            intent = planner.renewed(change.intent)
            await self._plans.replace(change, intent, at=self._clock(), describe=describe_intent)
            renewed += 1
        return renewed

    # Undo

    def undoable(self) -> Plan | None:
        """Return the plan that an undo would take back."""
        return self._plans.undoable()

    def redoable(self) -> Plan | None:
        """Return the undo that a redo would take back."""
        return self._plans.redoable()

    async def undo(self, plan_id: int) -> Plan:
        """Make the plan that takes another one back, to be looked at and applied like any other."""
        plan = self.get(plan_id)
        if plan.state.running:
            raise InvalidInput("plan", f"{plan_id} is under way; stop it, or wait for its end")
        planner = self.planner()
        intent = [
            back
            for change in reversed(self._plans.at(plan_id, ChangeState.DONE, limit=1 << 40))
            for back in planner.taken_back(change, self._latest)
        ]
        if not intent:
            raise InvalidInput("plan", f"{plan_id} did nothing that could be taken back")
        title = plan.title.removeprefix("undo: ")
        again = plan.title.startswith("undo: ")
        return await self.make(f"redo: {title}" if again else f"undo: {title}", intent, undo_of=plan_id)

    # What waits because nothing can undo it

    def held(self) -> list[Plan]:
        """Return the plans that wait before they send what nothing can undo, oldest first."""
        return self._plans.held(now=self._clock())

    def waiting(self, plan_id: int) -> tuple[Change | None, int]:
        """Return the first change that nothing can undo and that is not sent yet, and how many there are."""
        first = self._plans.at(plan_id, ChangeState.PLANNED, limit=1, final=True)
        return (first[0] if first else None), self._plans.unsent(plan_id)

    async def stop_held(self, plan_id: int) -> int:
        """Leave undone what still waits in a plan, and return how many changes that is."""
        return await self._plans.move_changes(plan_id, [ChangeState.PLANNED], ChangeState.STOPPED, final=True)

    # The journal

    def history(self, *, limit: int, offset: int = 0, account: str = "") -> list[Change]:
        """Return everything that linktui ever began to do, newest first."""
        return self._changes.history(limit=limit, offset=offset, account=account)

    def begun(self) -> int:
        """Return how long the history is."""
        return self._changes.begun()

    def _latest(self, link: Link) -> Link | None:
        latest = self._links.get(link.account, link.id)
        return None if latest is None or latest.gone_at is not None else latest

    def _old_drafts(self) -> list[Plan]:
        drafts = [plan for plan in self._plans.all(limit=200) if plan.state is PlanState.DRAFT]
        return drafts[KEPT_DRAFTS - 1 :]

    def _share(self, name: str, tallies: Sequence[Tally]) -> Share:
        calls = sum(one.calls for one in tallies)
        return Share(
            account=name,
            changes=sum(one.changes for one in tallies),
            calls=calls,
            takes=timedelta(seconds=calls / self._rate(name)),
        )

    def _rate(self, name: str) -> float:
        """Return how many calls a second an account takes; without end for one that is not there any more."""
        if not self._accounts.knows(name):
            return float("inf")
        account = self._accounts.get(name)
        return account.connection.rate or account.limits.rate

    def _is_live(self, name: str) -> bool:
        return self._accounts.knows(name) and self._accounts.get(name).live
