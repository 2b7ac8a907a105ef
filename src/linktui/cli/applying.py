"""Ask before a plan, have the daemon apply it, show how far it is, and tell the exit code of it all."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser
from datetime import timedelta

from linktui.cli.desk import Desk, confirm
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.meter import Meter, bar
from linktui.cli.options import add_json, add_yes
from linktui.cli.output import say, write, write_json
from linktui.cli.plan_lines import FEW, say_failures, say_plan
from linktui.cli.records import plan_record
from linktui.cli.rehearse import add_dry_run, show_requests
from linktui.model.call import Rehearsed
from linktui.model.change import ChangeState
from linktui.model.expiry import parse_duration
from linktui.model.pace import Pace
from linktui.model.phrases import length_text
from linktui.model.plan import Outline, Plan, PlanState
from linktui.model.plan_words import counted, progress_words, undo_words

LOOK = 0.1
DAEMON_LOOK = 1.0
"""Seconds between two looks at the plan, and at whether the daemon still lives."""


def add_applying(parser: ArgumentParser) -> None:
    """Add what is said when a plan is to be applied."""
    add_yes(parser)
    parser.add_argument(
        "--count", type=int, metavar="N", help="with --yes: how many links of live accounts it ends"
    )
    parser.add_argument("--hold", default="0s", metavar="10s", help="let what cannot be undone wait first")
    parser.add_argument("--no-wait", action="store_true", help="leave it to the daemon and end")
    add_dry_run(parser)
    add_json(parser)


async def ask_and_apply(desk: Desk, plan: Plan) -> ExitCode:
    """Show a plan, apply it once that is confirmed, and print how it ended."""
    arguments, plans = desk.arguments, desk.services.plans
    if arguments.dry_run:
        return await rehearse_plan(desk, plan)
    outline = plans.outline(plan.id)
    say_plan(plan, outline, plans.changes(plan.id, limit=FEW), desk.services.clock())
    if not outline.changes:
        say("Nothing of it can be done.")
        return _ended(desk, plan)
    if plan.state is PlanState.DRAFT:
        _confirm(desk, plan, outline)
    await desk.ensure_running()
    hold = timedelta(0) if arguments.hold in {"0s", "0", "none"} else parse_duration(arguments.hold)
    await plans.apply(plan.id, hold=hold)
    if arguments.no_wait:
        write(str(plan.id))
        return ExitCode.DONE
    return await wait_for_plan(desk, plan.id)


async def wait_for_plan(desk: Desk, plan_id: int) -> ExitCode:
    """Wait until a plan is over or paused, say how it went, and return the exit code."""
    meter = Meter() if sys.stderr.isatty() else None
    try:
        plan = await _until_over(desk, plan_id, meter)
    except asyncio.CancelledError:
        say(f"It goes on in the daemon; `linktui plan pause {plan_id}` or `plan stop {plan_id}` ends that.")
        raise
    return _ended(desk, plan)


async def rehearse_plan(desk: Desk, plan: Plan) -> ExitCode:
    """Print the exact requests of every change, sending none; a plan made for it alone is forgotten."""
    requests: list[Rehearsed] = []
    changes = desk.services.plans.changes(plan.id)
    await desk.ensure_running()
    for change in changes:
        if change.state is ChangeState.PLANNED and change.intent is not None:
            requests += await desk.services.rehearsal.intent(change.intent)
    say_failures(changes)
    return show_requests(requests, as_json=desk.arguments.json)


def _confirm(desk: Desk, plan: Plan, outline: Outline) -> None:
    """Ask as loudly as the plan is dangerous; raises Stop unless the answer is yes."""
    arguments, live = desk.arguments, outline.live_ends
    if not live:
        lasting = f" {undo_words(outline).capitalize()}." if outline.final else ""
        confirm(f"Make {counted(outline.changes, 'change')}?{lasting}", yes=arguments.yes)
        return
    question = f"This ends {counted(live, 'link')} of live accounts."
    if arguments.yes and arguments.count == live:
        return
    if arguments.yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop(f"{question} Say so with --yes --count {live}.", ExitCode.REFUSED)
    sys.stderr.write(f"{question} Type {live} to go on: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != str(live):
        raise Stop(f"Nothing was done; plan {plan.id} is kept.", ExitCode.REFUSED)


async def _until_over(desk: Desk, plan_id: int, meter: Meter | None) -> Plan:
    pace, daemon_seen = Pace(), time.monotonic()
    try:
        while True:
            plan = desk.services.plans.get(plan_id)
            if not plan.state.running:
                return plan
            pace.note(desk.services.clock(), plan.settled)
            if meter is not None:
                meter.show(_meter_line(plan, pace))
            if time.monotonic() - daemon_seen > DAEMON_LOOK:
                await desk.ensure_running()
                daemon_seen = time.monotonic()
            await asyncio.sleep(LOOK)
    finally:
        if meter is not None:
            meter.clear()


def _meter_line(plan: Plan, pace: Pace) -> str:
    left = pace.left(plan.count(ChangeState.PLANNED, ChangeState.INTENDED))
    failed = plan.count(ChangeState.FAILED, ChangeState.STALE)
    parts = [
        bar(plan.settled / plan.size if plan.size else 1.0),
        progress_words(plan),
        f"{pace.rate:.0f}/s" if pace.rate else "",
        f"{length_text(left)} left" if left is not None else "",
        f"{failed:,} failed" if failed else "",
    ]
    return "  ".join(part for part in parts if part)


def _ended(desk: Desk, plan: Plan) -> ExitCode:
    plans = desk.services.plans
    if plan.unwell or desk.arguments.json:
        changes = plans.changes(plan.id)
        say_failures(changes)
        if desk.arguments.json:
            write_json(plan_record(plan, changes))
    done = plan.count(ChangeState.DONE)
    if plan.state is PlanState.PAUSED:
        say(f"Plan {plan.id} is paused. {plan.trouble} `linktui plan apply {plan.id}` goes on.")
        return ExitCode.UNAVAILABLE
    if plan.state is PlanState.SETTLED:
        undo = f"; `linktui plan undo {plan.id}` takes it back." if done else "."
        say(f"{done:,} of {plan.size:,} done{undo}")
    return code_of(plan)


def code_of(plan: Plan) -> ExitCode:
    """Return the exit code for how a plan stands."""
    bad = plan.unwell + plan.count(ChangeState.STOPPED)
    if not bad:
        return ExitCode.DONE
    if plan.size > 1:
        return ExitCode.PARTIAL
    return ExitCode.UNSUPPORTED if plan.count(ChangeState.CANNOT) else ExitCode.CONFLICT
