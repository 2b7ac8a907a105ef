"""Take back what linktui did last, do it again, and stop what still waits to be sent."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from textual.app import App

from linktui.model.change import Change, ChangeState, Verb
from linktui.model.differences import differences
from linktui.model.masking import masked_intent
from linktui.model.phrases import NEVER, brief_moment
from linktui.model.plan import Plan, PlanState
from linktui.model.plan_words import change_words, what_words
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.services.plans import PlanService
from linktui.ui.messages import OpenPlan
from linktui.ui.terminal.mask import is_masked

_OVER: dict[str, str] = {Verb.REVOKE: "is revoked already", Verb.DELETE: "is deleted already"}
SLOW = 0.7
"""Seconds after which it is said that an undo is under way."""


class Undoing:
    """Undo and redo for the whole program, and what is still to be said of them."""

    def __init__(self, app: App[None], services: Services) -> None:
        self._app = app
        self._services = services
        self._awaited: dict[int, tuple[str, str]] = {}
        """What is said of a plan once it is over: `Undone` or `Redone`, and what that was."""
        self._next: deque[Callable[[], Awaitable[None]]] = deque()
        self._one_by_one = asyncio.Lock()

    @property
    def _plans(self) -> PlanService:
        return self._services.plans

    async def undo(self) -> None:
        """Stop what waits to be sent; else take back the last thing that was done."""
        await self._in_turn(self._undo)

    async def redo(self) -> None:
        """Do again what was undone last."""
        await self._in_turn(self._redo)

    def follow(self) -> None:
        """Say how those ended that are over by now, and begin what was asked for meanwhile."""
        for plan_id in list(self._awaited):
            plan = self._plans.get(plan_id)
            if plan.state in {PlanState.SETTLED, PlanState.PAUSED}:
                self._tell(plan, *self._awaited.pop(plan_id))
        if self._next and not self._awaited:
            self._app.run_worker(self._in_turn(self._next.popleft()), group="undo")

    async def _in_turn(self, act: Callable[[], Awaitable[None]]) -> None:
        """Act once nothing is being undone: the next undo needs what this one makes of the link."""
        async with self._one_by_one:
            if self._awaited:
                self._next.append(act)
            else:
                await act()

    async def _undo(self) -> None:
        stopped = await stop_latest(self._plans)
        if stopped:
            self._say(stopped)
            return
        plan = self._plans.undoable()
        if plan is None:
            self._say("There is nothing to undo.")
        else:
            await self._take_back(plan, "Undone")

    async def _redo(self) -> None:
        plan = self._plans.redoable()
        if plan is None:
            self._say("There is nothing to redo: nothing was undone since the last change.")
        else:
            await self._take_back(plan, "Redone")

    async def _take_back(self, plan: Plan, word: str) -> None:
        """Make the plan that takes another back: a single change at once, anything else to be looked at."""
        back = await self._plans.undo(plan.id)
        [first, *others] = self._plans.changes(back.id, limit=2)
        if others or self._wants_a_look(first, back):
            self._next.clear()
            self._app.post_message(OpenPlan(back.id))
        elif first.state is ChangeState.CANNOT:
            self._next.clear()
            await self._plans.discard(back.id)
            [done] = self._plans.changes(plan.id, limit=1)
            over = _OVER.get(done.verb, "stays as it is")
            self._say(f"{_quoted(first)} {over}. {clean(first.error)} H shows what else can be undone.")
        else:
            if is_masked(self._app):
                first = replace(first, intent=masked_intent(first.intent))
            self._awaited[back.id] = (word, again_words(first, self._services.clock()))
            await self._plans.apply(back.id)
            self._app.set_timer(SLOW, lambda: self._say_under_way(back.id))
            self.follow()

    def _wants_a_look(self, change: Change, plan: Plan) -> bool:
        """Tell whether a single change is one to be asked about."""
        if change.state is ChangeState.CANNOT:
            return False
        return change.intent is None or change.intent.final or self._plans.outline(plan.id).live_ends > 0

    def _say_under_way(self, plan_id: int) -> None:
        if plan_id in self._awaited:
            word, what = self._awaited[plan_id]
            self._say(f"{'Undo' if word == 'Undone' else 'Redo'} under way: {what}.")

    def _tell(self, plan: Plan, word: str, what: str) -> None:
        [change] = self._plans.changes(plan.id, limit=1)
        if change.state is ChangeState.DONE:
            self._say(f"{word}: {what}.")
            return
        self._next.clear()
        why = clean(change.error or plan.trouble)
        self._say(f"Not {word.lower()}: {_quoted(change)}. {why} (plan {plan.id}; H shows it)", bad=True)

    def _say(self, words: str, *, bad: bool = False) -> None:
        self._app.notify(words, severity="error" if bad else "information", markup=False)


async def stop_latest(plans: PlanService, *, plan_id: int | None = None) -> str:
    """Stop what waits to be sent in a plan, by default the latest; say what that was, empty for nothing."""
    held = [plan for plan in plans.held() if plan_id in {None, plan.id}]
    if not held:
        return ""
    first, _ = plans.waiting(held[-1].id)
    number = await plans.stop_held(held[-1].id)
    if not number or first is None:
        return ""
    more = f" and {number - 1:,} more" if number > 1 else ""
    return f"Stopped before it was sent: {change_words(first)}{more}."


def again_words(change: Change, now: datetime) -> str:
    """Return what a link is again once a change is made: `“a.pdf” ends Fri 27 Nov 17:00 again`."""
    intent = change.intent
    found = [] if intent is None else differences(intent, moment=lambda moment: brief_moment(moment, now))
    match found:
        case [one] if one.field == "expires":
            ends = "never ends" if one.after == NEVER else f"ends {one.after}"
            return f"{_quoted(change)} {ends} again"
    return f"{_quoted(change)}: {what_words(intent, now)}"


def _quoted(change: Change) -> str:
    return f"“{clean(change.name, limit=40)}”"
