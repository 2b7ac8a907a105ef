"""The line that shows how far a plan is, for whoever waits for it on the command line."""

from __future__ import annotations

from datetime import timedelta

from linktui.cli.plan_meter import plan_line
from linktui.model.change import ChangeState
from linktui.model.pace import Pace
from linktui.model.plan import Plan, PlanState
from tests.fakes import NOON

COUNTS = {
    ChangeState.DONE: 450,
    ChangeState.FAILED: 50,
    ChangeState.PLANNED: 500,
    ChangeState.CANNOT: 7,
}


def plan(counts: dict[ChangeState, int], **fields: object) -> Plan:
    return Plan(id=3, at=NOON, title="x", state=PlanState.APPLYING, counts=counts, **fields)  # type: ignore[arg-type]


def test_it_says_how_far_how_fast_and_how_long_still() -> None:
    pace = Pace()
    pace.note(NOON, 407)
    pace.note(NOON + timedelta(seconds=2), 507)
    line = plan_line(plan(COUNTS), pace, NOON + timedelta(seconds=2))
    assert line == "Plan 3  ██████████░░░░░░░░░░  500/1,000  50/s  10s left  50 not done"


def test_it_says_that_what_cannot_be_undone_waits() -> None:
    waiting = plan({ChangeState.PLANNED: 2}, hold_until=NOON + timedelta(seconds=9))
    assert plan_line(waiting, Pace(), NOON).endswith("0/2  waits 9s before what cannot be undone")
