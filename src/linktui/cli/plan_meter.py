"""How far a plan is, in one line on stderr that is rewritten in place."""

from __future__ import annotations

from datetime import datetime

from linktui.cli.meter import Meter, bar
from linktui.model.change import ChangeState
from linktui.model.pace import Pace
from linktui.model.plan import Plan
from linktui.model.plan_words import held_seconds, progress_words, time_words


class PlanMeter:
    """The line of one plan."""

    def __init__(self) -> None:
        self._meter = Meter()
        self._pace = Pace()

    def show(self, plan: Plan, now: datetime) -> None:
        """Show how far the plan is, how fast it goes and how long it still takes."""
        self._pace.note(now, plan.settled)
        self._meter.show(plan_line(plan, self._pace, now))

    def clear(self) -> None:
        """Take the line away."""
        self._meter.clear()


def plan_line(plan: Plan, pace: Pace, now: datetime) -> str:
    """Return bar, share, rate and time left of a plan."""
    able = plan.size - plan.count(ChangeState.CANNOT)
    rest = plan.count(ChangeState.PLANNED, ChangeState.INTENDED)
    left = pace.left(rest)
    bad = plan.count(ChangeState.FAILED, ChangeState.STALE)
    held = held_seconds(plan, now)
    parts = [
        f"Plan {plan.id}",
        bar((able - rest) / able if able else 1.0),
        progress_words(plan),
        f"{pace.rate:.0f}/s" if left is not None else "",
        f"{time_words(left)} left" if left is not None else "",
        f"{bad:,} not done" if bad else "",
        f"waits {held}s before what cannot be undone"
        if held and not plan.count(ChangeState.INTENDED)
        else "",
    ]
    return "  ".join(part for part in parts if part)
