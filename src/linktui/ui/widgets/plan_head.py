"""What is to be known of a plan as a whole: what it does, what that takes, how far it came, what is next."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content
from textual.widgets import Static

from linktui.model.change import ChangeState
from linktui.model.pace import Pace
from linktui.model.phrases import length_text
from linktui.model.plan import Outline, Plan, PlanState
from linktui.model.plan_words import (
    SIGN_ROLES,
    calls_words,
    counted,
    counts_words,
    plan_state_words,
    time_words,
    totals,
    undo_words,
)
from linktui.model.queue_words import bar, percent
from linktui.model.text import clean

BAR = 20
_COLOURS = {"good": "$text-success", "folder": "$text-primary", "bad": "$text-error", "wait": "$text-warning"}
_RETRIED = (ChangeState.FAILED, ChangeState.STALE, ChangeState.STOPPED)


class PlanHead(Static):
    """A few lines above a plan's changes."""

    DEFAULT_CSS = """
    PlanHead { height: auto; max-height: 6; padding: 0 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def show(self, plan: Plan, outline: Outline, *, pace: Pace, now: datetime, hold: timedelta) -> None:
        """Show a plan as it stands."""
        lines = [_title(plan, now), _totals(outline, plan)]
        if plan.state is PlanState.DRAFT:
            lines += _before(outline, hold)
        elif plan.state is PlanState.SETTLED:
            lines += _after(plan)
        else:
            lines += _meanwhile(plan, outline, pace)
        self.update(Content("\n").join(line for line in lines if line))


def _title(plan: Plan, now: datetime) -> Content:
    words = plan_state_words(plan, now)
    colour = {"✕": "$text-error", "‖": "$text-warning", "◷": "$text-warning"}.get(words[0], "$text-accent")
    return Content.assemble(
        (f"Plan {plan.id}  ", "bold $text"),
        (clean(plan.title), "$text"),
        "  ",
        (words, f"bold {colour}"),
    )


def _totals(outline: Outline, plan: Plan) -> Content:
    parts = [Content.styled(words, f"bold {_COLOURS[SIGN_ROLES[sign]]}") for sign, words in totals(outline)]
    left_out = plan.count(ChangeState.STOPPED)
    if left_out and plan.state is PlanState.DRAFT:
        parts.append(Content(f"– {left_out:,} left out"))
    return Content("   ").join(parts)


def _before(outline: Outline, hold: timedelta) -> list[Content]:
    """Say what applying it would take, and what nothing takes back."""
    waits = f"; they wait {length_text(hold)} first" if outline.final and hold else ""
    lines = [
        Content(calls_words(outline)),
        Content.styled(f"{undo_words(outline)}{waits}", "$text-warning" if outline.final else ""),
    ]
    if outline.live_ends:
        lines.append(
            Content.styled(f"Ends {counted(outline.live_ends, 'link')} of LIVE accounts", "bold $text-error")
        )
    if outline.renewable:
        lines.append(
            Content(
                f"n puts new links in the place of {outline.renewable:,} that cannot be changed: each has"
            )
            + Content(" a new URL, the old link stays as it is")
        )
    return lines


def _meanwhile(plan: Plan, outline: Outline, pace: Pace) -> list[Content]:
    """Say how far it came, how fast it goes, and why it does not."""
    able = plan.size - plan.count(ChangeState.CANNOT)
    over = plan.settled - plan.count(ChangeState.CANNOT)
    part = over / able if able else 1.0
    parts = [f"{bar(part, BAR)} {percent(part)}  {over:,}/{able:,}"]
    if plan.state is PlanState.APPLYING:
        parts += _speed(able - over, outline, pace)
    if bad := plan.count(ChangeState.FAILED, ChangeState.STALE):
        parts.append(f"{bad:,} not done")
    lines = [Content.styled(" · ".join(parts), "$text-primary")]
    if plan.trouble:
        lines.append(Content.styled(f"It paused by itself. {clean(plan.trouble)}", "$text-error"))
    if plan.state is PlanState.PAUSED:
        lines.append(Content("p goes on · x stops it for good; what was done stays done"))
    if plan.state is PlanState.STOPPING:
        lines.append(Content("What is under way ends; the rest is left as it is"))
    return lines


def _speed(number: int, outline: Outline, pace: Pace) -> list[str]:
    left = pace.left(number)
    if left is not None:
        return [f"{pace.rate:.0f}/s" if pace.rate >= 1 else f"{pace.rate:.1f}/s", f"{time_words(left)} left"]
    changes = max(1, outline.changes)
    return [f"about {time_words(outline.takes * (number / changes))} left"] if number else []


def _after(plan: Plan) -> list[Content]:
    """Say how it went, and what can be done about what did not."""
    parts = [counts_words(plan.counts)]
    if plan.began_at is not None and plan.ended_at is not None and plan.ended_at > plan.began_at:
        parts.append(f"took {time_words(plan.ended_at - plan.began_at)}")
    lines = [Content.styled(" · ".join(parts), "$text-error" if plan.unwell else "$text-success")]
    ways = ["r tries again what was not done"] if plan.count(*_RETRIED) else []
    if plan.undone_by is not None:
        ways.append(f"plan {plan.undone_by} took it back")
    elif plan.count(ChangeState.DONE):
        ways.append("u takes back what was done")
    return [*lines, Content(" · ".join(ways))]
