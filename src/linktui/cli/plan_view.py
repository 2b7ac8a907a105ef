"""A plan as lines of text: what it is, what it takes, and its changes one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from linktui.cli.desk import Desk
from linktui.cli.table import Column, format_table
from linktui.model.change import Change, ChangeState
from linktui.model.phrases import length_text
from linktui.model.plan import Outline, Plan, PlanState
from linktui.model.plan_words import (
    calls_words,
    counted,
    counts_words,
    plan_state_words,
    sign_of,
    standing_words,
    time_words,
    totals,
    undo_words,
    what_words,
)

FIRST = 20
"""Changes that are shown before a question; a longer plan is looked at by `plan show`."""
Line = Callable[[str], None]
_COLUMNS = (
    Column("", fixed=True),
    Column("ID", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("CHANGE"),
    Column("STANDS"),
)


def show_plan(desk: Desk, plan: Plan, line: Line, *, width: int | None, most: int | None = None) -> None:
    """Write a plan with its first changes, at most `most` (None: all), in lines of at most `width` cells."""
    service, now = desk.services.plans, desk.services.clock()
    for text in plan_lines(plan, service.outline(plan.id), now):
        line(text)
    if most == 0:
        return
    changes = service.changes(plan.id) if most is None else service.changes(plan.id, limit=most)
    line("")
    # The ids are for copying: before a question they would take the room of what matters.
    for text in change_lines(plan, changes, now, width=width, ids=most is None):
        line(text)
    if len(changes) < plan.size:
        line(f"… {plan.size - len(changes):,} more; `linktui plan show {plan.id}` shows all")


def plan_lines(plan: Plan, outline: Outline, now: datetime) -> Iterator[str]:
    """Yield what a plan is and what it takes, or how it went."""
    undoes = f", takes back plan {plan.undo_of}" if plan.undo_of is not None else ""
    undone = f", taken back by plan {plan.undone_by}" if plan.undone_by is not None else ""
    yield f"Plan {plan.id}: {plan.title} ({plan_state_words(plan, now)}{undoes}{undone})"
    left_out = plan.count(ChangeState.STOPPED) if plan.state is PlanState.DRAFT else 0
    parts = [words for _, words in totals(outline)]
    yield "  ".join([*parts, f"– {left_out:,} left out"] if left_out else parts)
    if plan.state is PlanState.DRAFT:
        yield from _before(plan, outline)
    else:
        yield from _after(plan)


def change_lines(
    plan: Plan, changes: Sequence[Change], now: datetime, *, width: int | None, ids: bool = True
) -> Iterator[str]:
    """Yield a table of changes: sign, link, account, before and after, and how each stands."""
    rows = [_row(plan, change, now) for change in changes]
    hidden = set() if ids else {"ID"}
    if plan.state is PlanState.DRAFT:
        hidden.add("STANDS")
    if not ids and len({change.account for change in changes}) == 1:
        hidden.add("ACCOUNT")
    shown = [at for at, column in enumerate(_COLUMNS) if column.title not in hidden]
    columns = [_COLUMNS[at] for at in shown]
    yield from format_table(columns, [[row[at] for at in shown] for row in rows], width=width)


def _row(plan: Plan, change: Change, now: datetime) -> tuple[str, ...]:
    stands = standing_words(change, plan, now)
    what = what_words(change.intent, now, weekday=False) or change.detail
    if plan.state is PlanState.DRAFT and change.state is ChangeState.CANNOT:
        what = change.error
    elif plan.state is PlanState.DRAFT and change.state is ChangeState.STOPPED:
        what = f"{stands}: {what}"
    return (sign_of(change), change.subject, change.name, change.account, what, stands)


def _before(plan: Plan, outline: Outline) -> Iterator[str]:
    if outline.changes:
        yield f"{calls_words(outline)} · {undo_words(outline)}"
    else:
        yield undo_words(outline).capitalize()
    if outline.live_ends:
        yield f"Ends {counted(outline.live_ends, 'link')} of LIVE accounts"
    if outline.renewable:
        yield (
            f"`linktui plan renew {plan.id}` makes new links, with new URLs, where"
            f" {counted(outline.renewable, 'link')} cannot be changed"
        )


def _after(plan: Plan) -> Iterator[str]:
    took = ""
    if plan.began_at is not None and plan.ended_at is not None:
        took = f" in {time_words(plan.ended_at - plan.began_at)}"
    yield f"{counts_words(plan.counts)}{took}"
    if plan.state is PlanState.APPLYING and plan.began_at is not None and plan.hold_until is not None:
        waited = plan.hold_until - plan.began_at
        if waited.total_seconds() >= 1:
            yield f"What cannot be undone waits {length_text(waited)} first"
    if plan.trouble:
        yield f"It paused by itself: {plan.trouble}"
