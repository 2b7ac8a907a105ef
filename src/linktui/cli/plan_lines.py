"""Print plans: what they would do, how far they came, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linktui.cli.output import say, write_facts, write_table
from linktui.cli.table import Column
from linktui.model.change import Change, ChangeState
from linktui.model.phrases import day_text
from linktui.model.plan import Outline, Plan
from linktui.model.plan_words import (
    calls_words,
    counts_words,
    plan_state_words,
    sign_of,
    standing_words,
    totals,
    undo_words,
    what_words,
)

FEW = 20
"""Changes that are shown before a question."""
_PLANS = (
    Column("PLAN", right=True, fixed=True),
    Column("WHEN", fixed=True),
    Column("STATE", fixed=True),
    Column("WENT"),
    Column("WHAT"),
)
_CHANGES = (
    Column("", fixed=True),
    Column("LINK"),
    Column("ACCOUNT"),
    Column("CHANGE"),
    Column("STANDS"),
)
_HISTORY = (
    Column("WHEN", fixed=True),
    Column("PLAN", right=True, fixed=True),
    Column("ACT", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("WHAT"),
    Column("WENT"),
)
_BAD = {ChangeState.FAILED, ChangeState.STALE, ChangeState.CANNOT}


def write_plans(plans: Sequence[Plan], now: datetime) -> None:
    """Print plans, one a line."""
    rows = [
        (str(plan.id), day_text(plan.at), plan_state_words(plan, now), counts_words(plan.counts), plan.title)
        for plan in plans
    ]
    write_table(_PLANS, rows)


def write_plan(plan: Plan, outline: Outline, changes: Sequence[Change], now: datetime) -> None:
    """Print one plan with its changes."""
    facts = [("plan", f"{plan.id}, {plan.title}"), ("state", plan_state_words(plan, now))]
    facts += [("trouble", plan.trouble)]
    facts += _outline_facts(outline)
    facts += [("stands", counts_words(plan.counts))]
    write_facts(facts)
    write_table(_CHANGES, [_row(change, plan, now) for change in changes])


def say_plan(plan: Plan, outline: Outline, changes: Sequence[Change], now: datetime) -> None:
    """Say what a plan would do, in a few lines, before a question is asked."""
    say(f"Plan {plan.id}: {plan.title}")
    for name, value in _outline_facts(outline):
        say(f"  {name}: {value}")
    for change in changes[:FEW]:
        say(f"  {sign_of(change)} {change.name}: {what_words(change.intent, now)}{_why(change)}")
    if plan.size > FEW:
        say(f"  … and {plan.size - FEW:,} more; `linktui plan show {plan.id}` lists them all.")


def say_failures(changes: Sequence[Change]) -> None:
    """Say each change that was not made, with its reason."""
    for change in changes:
        if change.state in _BAD:
            say(f"“{change.name}”: {change.error}")


def write_history(changes: Sequence[Change]) -> None:
    """Print what linktui began to do, one act a line."""
    write_table(
        _HISTORY,
        [
            (
                day_text(change.at),
                "" if change.plan is None else str(change.plan),
                change.verb,
                change.name or change.subject,
                change.account,
                change.detail,
                change.state.value if not change.error else f"{change.state.value}: {change.error}",
            )
            for change in changes
        ],
    )


def _outline_facts(outline: Outline) -> list[tuple[str, str]]:
    facts = [("changes", "  ".join(words for _, words in totals(outline)))]
    if outline.changes:
        facts += [("calls", calls_words(outline)), ("undo", undo_words(outline))]
    if outline.renewable:
        facts.append(("instead", f"{outline.renewable:,} could get a new link and URL instead: plan renew"))
    return facts


def _row(change: Change, plan: Plan, now: datetime) -> tuple[str, ...]:
    what = what_words(change.intent, now, weekday=False)
    return (sign_of(change), change.name, change.account, what, standing_words(change, plan, now))


def _why(change: Change) -> str:
    return f" ({change.error})" if change.error else ""
