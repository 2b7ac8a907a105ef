"""A plan and its changes in words and signs: pure functions from the model to what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.differences import differences
from linktui.model.phrases import brief_moment, length_text
from linktui.model.plan import Outline, Plan, PlanState
from linktui.model.text import clean

CREATE, CHANGE, REVOKE, CANNOT = "+", "~", "-", "!"
SIGNS = {
    Verb.CREATE: CREATE,
    Verb.UPDATE: CHANGE,
    Verb.MOVE: CHANGE,
    Verb.EXPIRE: REVOKE,
    Verb.REVOKE: REVOKE,
    Verb.DELETE: REVOKE,
}
SIGN_ROLES = {CREATE: "good", CHANGE: "folder", REVOKE: "bad", CANNOT: "wait"}
"""The role of each sign's colour; the sign says it all without it."""

STANDINGS = {
    ChangeState.PLANNED: ("·", "planned"),
    ChangeState.CANNOT: ("!", "cannot"),
    ChangeState.INTENDED: ("▸", "under way"),
    ChangeState.DONE: ("✓", "done"),
    ChangeState.FAILED: ("✕", "failed"),
    ChangeState.STALE: ("≠", "stale"),
    ChangeState.STOPPED: ("–", "stopped"),
}
"""A sign and a word for how a change stands."""
ROLES = {
    ChangeState.CANNOT: "wait",
    ChangeState.DONE: "good",
    ChangeState.FAILED: "bad",
    ChangeState.STALE: "wait",
    ChangeState.STOPPED: "muted",
    ChangeState.PLANNED: "muted",
}
PLAN_STATES = {
    PlanState.DRAFT: ("·", "draft"),
    PlanState.APPLYING: ("▸", "under way"),
    PlanState.PAUSED: ("‖", "paused"),
    PlanState.STOPPING: ("✕", "stopping"),
    PlanState.SETTLED: ("✓", "done"),
}
_COUNTED = (
    ChangeState.DONE,
    ChangeState.FAILED,
    ChangeState.STALE,
    ChangeState.STOPPED,
    ChangeState.CANNOT,
    ChangeState.INTENDED,
    ChangeState.PLANNED,
)


def sign_of(change: Change) -> str:
    """Return what a change is, in one sign."""
    if change.state is ChangeState.CANNOT:
        return CANNOT
    if change.verb not in set(Verb):
        return REVOKE if change.verb in {"delete_file", "delete_version"} else CREATE
    return SIGNS[Verb(change.verb)]


def what_words(intent: Intent | None, now: datetime, *, weekday: bool = True) -> str:
    """Return what a change does in one line: `expires 27 Nov 17:00 → 4 Dec 17:00 · limit 5 → 9`."""
    if intent is None:
        return ""
    found = differences(intent, moment=lambda moment: brief_moment(moment, now, weekday=weekday))
    match intent.verb:
        case Verb.REVOKE:
            return "revoke"
        case Verb.DELETE:
            return "delete"
        case Verb.CREATE:
            instead = " in the place of this one" if intent.link is not None else ""
            ends = next(f", expires {one.after}" for one in found if one.field == "expires")
            return f"new link{instead}{ends}"
        case Verb.MOVE:
            return clean(" · ".join(f"{one.before} → {one.after}" for one in found))
    return clean(" · ".join(f"{one.field} {one.before} → {one.after}" for one in found))


def held_seconds(plan: Plan, now: datetime) -> int:
    """Return the whole seconds until a plan sends what nothing can undo; 0 once it does."""
    if plan.state is not PlanState.APPLYING or plan.hold_until is None:
        return 0
    left = (plan.hold_until - now).total_seconds()
    return max(0, -int(-left // 1))


def standing_words(change: Change, plan: Plan, now: datetime) -> str:
    """Return how a change stands: a sign, a word, and why it is so."""
    if change.state is ChangeState.PLANNED:
        held = held_seconds(plan, now)
        final = change.intent is not None and change.intent.final
        return f"◷ held {held}s" if held and final else "· planned"
    sign, word = STANDINGS[change.state]
    if change.state is ChangeState.STOPPED and plan.state is PlanState.DRAFT:
        return "– left out"
    if change.state in {ChangeState.DONE, ChangeState.INTENDED, ChangeState.STOPPED}:
        return f"{sign} {word}"
    return clean(f"{sign} {change.error or word}")


def counts_words(counts: Mapping[ChangeState, int]) -> str:
    """Return how many changes stand where: `9 done, 2 failed`."""
    return ", ".join(f"{counts[state]:,} {STANDINGS[state][1]}" for state in _COUNTED if counts.get(state))


def totals(outline: Outline) -> list[tuple[str, str]]:
    """Return each sign with how many changes it stands for: `+ 2 create`, `- 1 revoke, 3 delete`."""
    shown = []
    for sign in (CREATE, CHANGE, REVOKE):
        verbs = [verb for verb in Verb if SIGNS[verb] == sign and outline.verbs.get(verb)]
        if verbs:
            words = ", ".join(f"{outline.verbs[verb]:,} {_VERB_WORDS[verb]}" for verb in verbs)
            shown.append((sign, f"{sign} {words}"))
    if outline.cannot:
        shown.append((CANNOT, f"{CANNOT} {outline.cannot:,} cannot"))
    return shown


def change_words(change: Change) -> str:
    """Return a change as an act: `revoke “a.pdf”`."""
    name = f"“{clean(change.name, limit=40)}”"
    if change.verb == Verb.EXPIRE:
        return f"end {name} now"
    return f"{_VERB_WORDS[Verb(change.verb)] if change.verb in set(Verb) else change.verb} {name}"


def plan_state_words(plan: Plan, now: datetime) -> str:
    """Return how a plan stands, in a sign and a word: what went wrong comes before what went well."""
    bad = plan.count(ChangeState.FAILED, ChangeState.STALE)
    if plan.state is PlanState.SETTLED and not plan.count(ChangeState.DONE):
        return "✕ failed" if bad else "– stopped"
    if plan.state is PlanState.SETTLED and bad:
        return "✕ in part"
    if plan.state is PlanState.SETTLED and plan.count(ChangeState.STOPPED):
        return "– in part"
    if held_seconds(plan, now) and not plan.settled - plan.count(ChangeState.CANNOT):
        return "◷ pending"
    sign, word = PLAN_STATES[plan.state]
    return f"{sign} {word}"


def pending_words(held: Sequence[tuple[Plan, Change, int]], now: datetime, *, key: str) -> str:
    """Return what waits to be sent: the soonest, how long it does, and how to stop it."""
    plan, first, number = min(held, key=lambda one: one[0].hold_until or now)
    more = f" and {number - 1:,} more" if number > 1 else ""
    words = f"Pending: {change_words(first)}{more} in {held_seconds(plan, now)} s"
    if len(held) == 1:
        return f"{words} · {key} stops it"
    return f"{words}, and {counted(len(held) - 1, 'more plan')} · {key} stops the latest"


def progress_words(plan: Plan) -> str:
    """Return how far a plan came: `340/5,000`."""
    able = plan.size - plan.count(ChangeState.CANNOT)
    return f"{able - plan.count(ChangeState.PLANNED, ChangeState.INTENDED):,}/{able:,}"


def unfinished_words(plans: Sequence[Plan]) -> str:
    """Return what a start of the program says of plans that were begun and are not over."""
    if not plans:
        return ""
    plan = plans[-1]
    name = f"Plan {plan.id} ({clean(plan.title, limit=40)})"
    more = f" So do {len(plans) - 1} more." if len(plans) > 1 else ""
    if plan.state is PlanState.PAUSED:
        why = f" {clean(plan.trouble)}" if plan.trouble else ""
        more = f" {len(plans) - 1} more are not over." if len(plans) > 1 else ""
        return f"{name} is paused at {progress_words(plan)}.{why} H shows it, and p there goes on.{more}"
    return f"{name} goes on: {progress_words(plan)} so far. H shows it.{more}"


def calls_words(outline: Outline) -> str:
    """Return the calls and the time that each account needs."""
    most = 3
    parts = [
        f"{clean(share.account, limit=24)} {counted(share.calls, 'call')} in {time_words(share.takes)}"
        for share in outline.shares[:most]
    ]
    if len(outline.shares) > most:
        parts.append(f"{len(outline.shares) - most} more accounts, {time_words(outline.takes)} in all")
    return " · ".join(parts)


def undo_words(outline: Outline) -> str:
    """Return how much of a plan can be undone."""
    if not outline.changes:
        return "nothing can be done"
    if not outline.final:
        return "all can be undone"
    kinds = ", ".join(f"{number:,} {_VERB_WORDS[verb]}" for verb, number in outline.finals.items())
    them = "" if outline.final == outline.changes and len(outline.finals) == 1 else f": {kinds}"
    return f"{outline.final:,} of {outline.changes:,} cannot be undone{them}"


def time_words(length: timedelta) -> str:
    """Return how long calls take, at least a second."""
    return length_text(max(length, timedelta(seconds=1)))


def counted(number: int, word: str) -> str:
    """Return `1 call` or `5,000 calls`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


_VERB_WORDS = {
    Verb.CREATE: "create",
    Verb.UPDATE: "change",
    Verb.MOVE: "move",
    Verb.EXPIRE: "end now",
    Verb.REVOKE: "revoke",
    Verb.DELETE: "delete",
}
