"""Ask before a plan is applied, have the daemon apply it, wait, and tell what came of it."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta

from linktui.cli.desk import Desk, confirm, confirm_number
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_json, add_yes, length
from linktui.cli.output import say, terminal_width, write, write_json
from linktui.cli.plan_meter import PlanMeter
from linktui.cli.plan_view import FIRST, show_plan
from linktui.cli.plans import record_of
from linktui.cli.rehearse import add_dry_run, rehearse_plan
from linktui.model.change import Change, ChangeState, Verb
from linktui.model.link import Link
from linktui.model.plan import Outline, Plan, PlanState
from linktui.model.plan_words import STANDINGS, counted, counts_words, time_words

LOOK = 0.1
DAEMON_LOOK = 1.0
"""Seconds between two looks at the plan, and at whether the daemon still lives."""
_BAD = (ChangeState.FAILED, ChangeState.STALE, ChangeState.CANNOT)
_CODES = {
    ChangeState.DONE: ExitCode.DONE,
    ChangeState.CANNOT: ExitCode.UNSUPPORTED,
    ChangeState.FAILED: ExitCode.CONFLICT,
    ChangeState.STALE: ExitCode.CONFLICT,
}
"""What a plan of one change ends with."""
_CODES_OF_ALL = {ChangeState.DONE: ExitCode.DONE, ChangeState.CANNOT: ExitCode.UNSUPPORTED}
"""What a plan ends with when all its changes ended alike."""
_NEW = {Verb.CREATE.value, Verb.MOVE.value}


def add_applying(parser: ArgumentParser) -> None:
    """Add what a command that applies a plan can be told."""
    add_yes(parser)
    parser.add_argument(
        "--count", type=int, metavar="N", help="with --yes, the number of links of live accounts that end"
    )
    parser.add_argument("--no-wait", action="store_true", help="return at once, the daemon goes on")
    parser.add_argument(
        "--hold",
        type=length,
        default=timedelta(0),
        metavar="10s",
        help="let what cannot be undone wait so long, to be stopped (not at all)",
    )
    add_dry_run(parser)
    add_json(parser)


async def look_and_apply(desk: Desk, plan: Plan, *, keep: bool) -> ExitCode:
    """Show a plan, ask, and apply it; one that is not applied is forgotten unless `keep`."""
    try:
        if desk.arguments.dry_run:
            await desk.ensure_running()
            return await rehearse_plan(desk, plan)
        # With --yes nobody is asked, and so nobody looks.
        most = 0 if desk.arguments.yes else FIRST
        show_plan(desk, plan, say, width=terminal_width(sys.stderr), most=most)
        if not plan.count(ChangeState.PLANNED, ChangeState.INTENDED):
            return _tell(desk, plan, left_out=plan.count(ChangeState.STOPPED))
        _ask(desk, plan)
        return await apply(desk, plan)
    except Stop:
        if keep:
            say(f"Plan {plan.id} is kept; `linktui plan apply {plan.id}` makes it so.")
        raise
    finally:
        if not keep and desk.services.plans.get(plan.id).state is PlanState.DRAFT:
            await desk.services.plans.discard(plan.id)


async def apply(desk: Desk, plan: Plan) -> ExitCode:
    """Have a plan applied; one that is under way already is only waited for."""
    left_out = plan.count(ChangeState.STOPPED) if plan.state is PlanState.DRAFT else 0
    await desk.ensure_running()
    if not plan.state.running:
        plan = await desk.services.plans.apply(plan.id, hold=desk.arguments.hold)
    return await wait_and_tell(desk, plan, left_out=left_out)


async def wait_and_tell(desk: Desk, plan: Plan, *, left_out: int = 0) -> ExitCode:
    """Wait for the end of a plan unless told not to, and tell it; `left_out` of it was not wanted."""
    if desk.arguments.no_wait:
        say(f"The daemon does it; see `linktui plan show {plan.id}`.")
        if desk.arguments.json:
            write_json(record_of(desk, plan))
        else:
            write(str(plan.id))
        return ExitCode.DONE
    return _tell(desk, await _until_over(desk, plan), left_out=left_out)


def question_of(outline: Outline) -> str:
    """Return what is asked before a plan is applied: it names what the plan does."""
    acts = [f"{_ACTS[verb]} {number:,}" for verb, number in outline.verbs.items() if number]
    first, last = ", ".join(acts[:-1]), acts[-1]
    what = f"{first} and {last}" if first else last
    final = f" {outline.final:,} of {outline.changes:,} cannot be undone." if outline.final else ""
    return f"{what[:1].upper()}{what[1:]} link{'' if outline.changes == 1 else 's'}?{final}"


def _ask(desk: Desk, plan: Plan) -> None:
    """Raise Stop unless the answer is yes; what ends links of live accounts takes their number."""
    arguments, outline = desk.arguments, desk.services.plans.outline(plan.id)
    ends, question = outline.live_ends, question_of(outline)
    live = f"{counted(ends, 'link')} of LIVE accounts"
    if arguments.count is not None and arguments.count != ends:
        raise Stop(f"It ends {live}, not {arguments.count}; nothing was done.", ExitCode.REFUSED)
    if ends and arguments.yes and arguments.count is None:
        raise Stop(f"It ends {live}; say so with --yes --count {ends}.", ExitCode.REFUSED)
    if ends and not arguments.yes:
        confirm_number(f"{question} It ends {live}.", ends)
    else:
        confirm(question, yes=arguments.yes)


async def _until_over(desk: Desk, plan: Plan) -> Plan:
    """Return a plan once nothing of it goes on by itself; a daemon that died is started again."""
    meter = PlanMeter() if sys.stderr.isatty() else None
    daemon_seen = time.monotonic()
    try:
        while plan.state.running:
            if meter is not None:
                meter.show(plan, desk.services.clock())
            if time.monotonic() - daemon_seen > DAEMON_LOOK:
                await desk.ensure_running()
                daemon_seen = time.monotonic()
            await asyncio.sleep(LOOK)
            plan = desk.services.plans.get(plan.id)
    except asyncio.CancelledError:
        if meter is not None:
            meter.clear()
        say(
            f"It goes on in the daemon; `linktui plan apply {plan.id}` waits for it again,"
            f" `linktui plan stop {plan.id}` ends it."
        )
        raise
    if meter is not None:
        meter.clear()
    return plan


def _tell(desk: Desk, plan: Plan, *, left_out: int) -> ExitCode:
    """Say what came of a plan, and what was not done with its reason; write the URLs of new links."""
    changes = desk.services.plans.changes(plan.id)
    for change in changes:
        if change.state in _BAD:
            say(_failure(change))
    for sentence in _sentences(plan):
        say(sentence)
    if any(change.state is ChangeState.DONE and not _is_final(change) for change in changes):
        say(f"`linktui plan undo {plan.id}` takes back what was done.")
    if desk.arguments.json:
        write_json(record_of(desk, plan))
    else:
        for link in _new_links(desk, changes):
            write(link.url)
    return _code_of(plan, left_out=left_out)


def _is_final(change: Change) -> bool:
    return change.intent is None or change.intent.final


def _failure(change: Change) -> str:
    sign, word = STANDINGS[change.state]
    link = f" ({change.subject})" if change.subject else ""
    return f"{sign} “{change.name}”{link}: {change.error or word}"


def _sentences(plan: Plan) -> Iterator[str]:
    if plan.state is PlanState.DRAFT:
        yield "Nothing of it can be done."
        return
    took = ""
    if plan.began_at is not None and plan.ended_at is not None:
        took = f" in {time_words(plan.ended_at - plan.began_at)}"
    yield f"Plan {plan.id}: {counts_words(plan.counts)}{took}."
    if plan.state is PlanState.PAUSED:
        yield f"It is paused. {plan.trouble}".rstrip()
        yield f"`linktui plan apply {plan.id}` goes on, `linktui plan stop {plan.id}` leaves the rest."
    elif plan.count(ChangeState.FAILED, ChangeState.STALE, ChangeState.STOPPED):
        yield f"`linktui plan retry {plan.id}` tries again what was not done."


def _new_links(desk: Desk, changes: list[Change]) -> Iterator[Link]:
    for change in changes:
        if change.verb in _NEW and change.state is ChangeState.DONE and change.after is not None:
            # The journal holds no URL.
            link = desk.services.links.get(change.after.account, change.after.id)
            if link is not None:
                yield link


def _code_of(plan: Plan, *, left_out: int) -> ExitCode:
    """Return 0 if all that was asked for is done, the code of the one change there was, or PARTIAL."""
    asked = plan.size - left_out
    stopped = plan.count(ChangeState.STOPPED) - left_out
    for state, code in _CODES.items():
        if plan.count(state) == asked:
            return code if asked == 1 else _CODES_OF_ALL.get(state, ExitCode.PARTIAL)
    return ExitCode.INTERRUPTED if stopped and not plan.unwell else ExitCode.PARTIAL


_ACTS = {
    Verb.CREATE: "make",
    Verb.UPDATE: "change",
    Verb.MOVE: "move",
    Verb.EXPIRE: "end",
    Verb.REVOKE: "revoke",
    Verb.DELETE: "delete",
}
