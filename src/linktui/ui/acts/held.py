"""The single changes that wait before they are sent, and how they end."""

from __future__ import annotations

from linktui.model.change import ChangeState
from linktui.model.errors import InvalidInput
from linktui.model.plan import PlanState
from linktui.model.text import clean
from linktui.services.house import Services


class Held:
    """Plans of one change each, until they are over."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: set[int] = set()

    def add(self, plan_id: int) -> None:
        """Follow a plan to its end."""
        self._waiting.add(plan_id)

    def failures(self) -> list[str]:
        """Return a sentence for each change that was not made after all, once."""
        return [said for plan_id in sorted(self._waiting) if (said := self._failure(plan_id))]

    def _failure(self, plan_id: int) -> str:
        plans = self._services.plans
        try:
            plan = plans.get(plan_id)
        except InvalidInput:  # forgotten meanwhile
            self._waiting.discard(plan_id)
            return ""
        if plan.state not in {PlanState.SETTLED, PlanState.PAUSED}:
            return ""
        self._waiting.discard(plan_id)
        [change] = plans.changes(plan_id, limit=1)
        if change.state in {ChangeState.DONE, ChangeState.STOPPED}:
            return ""
        return f"“{clean(change.name, limit=40)}” is as it was. {clean(change.error or plan.trouble)}"
