"""The commands that do something with plans: apply, undo, redo, pause, stop, retry, renew and discard."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.applying import add_applying, apply, look_and_apply, wait_and_tell
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_json
from linktui.cli.output import say, write_json
from linktui.cli.plan_view import plan_lines
from linktui.cli.plans import add_number, plan_of, record_of
from linktui.cli.rehearse import rehearse_plan
from linktui.model.plan import Plan, PlanState
from linktui.model.plan_words import counted, plan_state_words


def add_apply(parser: ArgumentParser) -> None:
    """Describe `plan apply`."""
    add_number(parser)
    add_applying(parser)
    parser.set_defaults(act=at_desk(_apply))


def add_undo(parser: ArgumentParser) -> None:
    """Describe `plan undo`."""
    parser.add_argument("number", type=int, nargs="?", metavar="N", help="any plan; the latest one if none")
    add_applying(parser)
    parser.set_defaults(act=at_desk(_undo))


def add_redo(parser: ArgumentParser) -> None:
    """Describe `plan redo`."""
    add_applying(parser)
    parser.set_defaults(act=at_desk(_redo))


def add_pause(parser: ArgumentParser) -> None:
    """Describe `plan pause`."""
    _add_act(parser)
    parser.set_defaults(act=at_desk(_pause))


def add_stop(parser: ArgumentParser) -> None:
    """Describe `plan stop`."""
    _add_act(parser)
    parser.set_defaults(act=at_desk(_stop))


def add_retry(parser: ArgumentParser) -> None:
    """Describe `plan retry`."""
    add_number(parser)
    add_applying(parser)
    parser.set_defaults(act=at_desk(_retry))


def add_renew(parser: ArgumentParser) -> None:
    """Describe `plan renew`."""
    _add_act(parser)
    parser.set_defaults(act=at_desk(_renew))


def add_discard(parser: ArgumentParser) -> None:
    """Describe `plan discard`."""
    add_number(parser)
    parser.set_defaults(act=at_desk(_discard))


async def _apply(desk: Desk) -> ExitCode:
    plan = plan_of(desk)
    if plan.state is PlanState.SETTLED:
        raise _not_now(desk, plan, "apply")
    if plan.state.running and not desk.arguments.dry_run:
        return await apply(desk, plan)
    return await look_and_apply(desk, plan, keep=True)


async def _undo(desk: Desk) -> ExitCode:
    plan = desk.services.plans.undoable() if desk.arguments.number is None else plan_of(desk)
    if plan is None:
        raise Stop("There is nothing to undo.", ExitCode.CONFLICT)
    return await _take_back(desk, plan)


async def _redo(desk: Desk) -> ExitCode:
    plan = desk.services.plans.redoable()
    if plan is None:
        raise Stop("There is nothing to redo.", ExitCode.CONFLICT)
    return await _take_back(desk, plan)


async def _take_back(desk: Desk, plan: Plan) -> ExitCode:
    return await look_and_apply(desk, await desk.services.plans.undo(plan.id), keep=False)


async def _pause(desk: Desk) -> ExitCode:
    plan = plan_of(desk)
    if plan.state is not PlanState.APPLYING:
        raise _not_now(desk, plan, "pause")
    await desk.services.plans.pause(plan.id)
    return _answer(desk, plan, f"Plan {plan.id} is paused; `linktui plan apply {plan.id}` goes on.")


async def _stop(desk: Desk) -> ExitCode:
    plan = plan_of(desk)
    if plan.state not in {PlanState.APPLYING, PlanState.PAUSED}:
        raise _not_now(desk, plan, "stop")
    await desk.services.plans.stop(plan.id)
    return _answer(desk, plan, f"Plan {plan.id} ends after what is under way; what was done stays done.")


async def _retry(desk: Desk) -> ExitCode:
    plan, service = plan_of(desk), desk.services.plans
    if plan.state is PlanState.DRAFT:
        raise _not_now(desk, plan, "retry")
    if desk.arguments.dry_run:
        await desk.ensure_running()
        return await rehearse_plan(desk, plan)
    number = await service.retry(plan.id)
    if not number:
        raise _not_now(desk, plan, "retry")
    say(f"{counted(number, 'change')} tried again.")
    await desk.ensure_running()
    plan = service.get(plan.id)
    if plan.state is PlanState.PAUSED:
        return await apply(desk, plan)
    return await wait_and_tell(desk, plan)


async def _renew(desk: Desk) -> ExitCode:
    plan, service = plan_of(desk), desk.services.plans
    number = await service.renew(plan.id)
    plan = service.get(plan.id)
    for line in plan_lines(plan, service.outline(plan.id), desk.services.clock()):
        say(line)
    return _answer(desk, plan, f"{counted(number, 'new link')} will be made; the old ones stay as they are.")


async def _discard(desk: Desk) -> ExitCode:
    plan = plan_of(desk)
    await desk.services.plans.discard(plan.id)
    say(f"Plan {plan.id} is forgotten.")
    return ExitCode.DONE


def _add_act(parser: ArgumentParser) -> None:
    add_number(parser)
    add_json(parser)


def _answer(desk: Desk, plan: Plan, sentence: str) -> ExitCode:
    say(sentence)
    if desk.arguments.json:
        write_json(record_of(desk, desk.services.plans.get(plan.id)))
    return ExitCode.DONE


def _not_now(desk: Desk, plan: Plan, verb: str) -> Stop:
    _, state = plan_state_words(plan, desk.services.clock()).split(" ", 1)
    return Stop(f"Plan {plan.id} is {state}, so there is nothing to {verb}.", ExitCode.CONFLICT)
