"""The commands that make, apply, stop and undo plans."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from pathlib import Path

from linktui.cli.applying import add_applying, ask_and_apply, wait_for_plan
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_json
from linktui.cli.output import say, write, write_json
from linktui.cli.plan_lines import FEW, say_plan
from linktui.cli.records import plan_record
from linktui.model.errors import InvalidInput
from linktui.model.plan import Plan, PlanState
from linktui.model.plan_words import counted


def add_apply(parser: ArgumentParser) -> None:
    """Describe `plan apply`."""
    parser.add_argument("plan", type=int, metavar="N", help="a draft, or one that is paused")
    add_applying(parser)
    parser.set_defaults(act=at_desk(_apply))


def add_undo(parser: ArgumentParser) -> None:
    """Describe `plan undo`."""
    parser.add_argument("plan", nargs="?", type=int, metavar="N", help="the latest, unless it is named")
    add_applying(parser)
    parser.set_defaults(act=at_desk(_undo))


def add_redo(parser: ArgumentParser) -> None:
    """Describe `plan redo`."""
    add_applying(parser)
    parser.set_defaults(act=at_desk(_redo))


def add_retry(parser: ArgumentParser) -> None:
    """Describe `plan retry`."""
    parser.add_argument("plan", type=int, metavar="N")
    add_json(parser)
    parser.set_defaults(act=at_desk(_retry))


def add_simple(parser: ArgumentParser, verb: str) -> None:
    """Describe `plan pause`, `plan stop`, `plan discard` or `plan renew`."""
    parser.add_argument("plan", type=int, metavar="N")
    parser.set_defaults(act=at_desk(_SIMPLE[verb]))


def add_make(parser: ArgumentParser) -> None:
    """Describe `plan make`."""
    parser.add_argument("file", metavar="FILE", help="links as text, TOML or CSV, as exported; - is stdin")
    parser.add_argument(
        "--format", choices=["text", "toml", "csv"], help="by the file's name, unless it is said"
    )
    parser.add_argument("--apply", action="store_true", help="apply it too, once that is confirmed")
    add_applying(parser)
    parser.set_defaults(act=at_desk(_make))


async def _apply(desk: Desk) -> ExitCode:
    return await ask_and_apply(desk, desk.services.plans.get(desk.arguments.plan))


async def _undo(desk: Desk) -> ExitCode:
    plans = desk.services.plans
    plan = plans.undoable() if desk.arguments.plan is None else plans.get(desk.arguments.plan)
    if plan is None:
        raise InvalidInput("undo", "finds nothing that could be taken back")
    return await _apply_made(desk, await plans.undo(plan.id))


async def _redo(desk: Desk) -> ExitCode:
    plans = desk.services.plans
    plan = plans.redoable()
    if plan is None:
        raise InvalidInput("redo", "finds no undo that nothing was done after")
    return await _apply_made(desk, await plans.undo(plan.id))


async def _apply_made(desk: Desk, plan: Plan) -> ExitCode:
    """Apply a plan that was made for this command; one that is not applied is forgotten."""
    try:
        return await ask_and_apply(desk, plan)
    finally:
        if desk.services.plans.get(plan.id).state is PlanState.DRAFT:
            await desk.services.plans.discard(plan.id)


async def _retry(desk: Desk) -> ExitCode:
    plans, number = desk.services.plans, desk.arguments.plan
    await desk.ensure_running()
    if not await plans.retry(number):
        say(f"Nothing of plan {number} failed.")
        return ExitCode.DONE
    return await wait_for_plan(desk, number)


async def _pause(desk: Desk) -> ExitCode:
    await desk.services.plans.pause(desk.arguments.plan)
    say(f"Plan {desk.arguments.plan} pauses; `linktui plan apply {desk.arguments.plan}` goes on.")
    return ExitCode.DONE


async def _stop(desk: Desk) -> ExitCode:
    await desk.services.plans.stop(desk.arguments.plan)
    say(f"Plan {desk.arguments.plan} ends after what is under way.")
    return ExitCode.DONE


async def _discard(desk: Desk) -> ExitCode:
    await desk.services.plans.discard(desk.arguments.plan)
    say(f"Plan {desk.arguments.plan} is forgotten.")
    return ExitCode.DONE


async def _renew(desk: Desk) -> ExitCode:
    number = await desk.services.plans.renew(desk.arguments.plan)
    say(f"{counted(number, 'new link')} instead, each with a URL of its own; the old ones stay as they are.")
    return ExitCode.DONE


async def _make(desk: Desk) -> ExitCode:
    from linktui.cli.editing import form_of
    from linktui.services.sheets import SheetFaults

    arguments, plans = desk.arguments, desk.services.plans
    text = _text_of(arguments.file)
    try:
        intents = desk.services.sheets.read(text, form_of(arguments.file, arguments.format))
    except SheetFaults as error:
        for fault in error.faults:
            say(f"{arguments.file}:{fault.line}: {fault.sentence}")
        raise Stop(f"{counted(len(error.faults), 'fault')}; nothing was planned.", ExitCode.USAGE) from error
    if not intents:
        say("It says what is there already; nothing was planned.")
        return ExitCode.DONE
    plan = await plans.make(f"{arguments.file}: {counted(len(intents), 'change')}", intents)
    if arguments.apply or arguments.dry_run:
        return await ask_and_apply(desk, plan)
    outline, changes = plans.outline(plan.id), plans.changes(plan.id)
    say_plan(plan, outline, changes[:FEW], desk.services.clock())
    if arguments.json:
        write_json(plan_record(plan, changes))
    else:
        write(str(plan.id))
    return ExitCode.DONE


def _text_of(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InvalidInput("file", f"{name} cannot be read: {reason}") from error


_SIMPLE: dict[str, Callable[[Desk], Awaitable[ExitCode]]] = {
    "pause": _pause,
    "stop": _stop,
    "discard": _discard,
    "renew": _renew,
}
