"""Print the requests that an act, or each change of a plan, would send, for --dry-run."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from linktui.cli.desk import Desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say, write, write_json
from linktui.cli.records import request_record
from linktui.model.call import Rehearsed
from linktui.model.change import ChangeState, Intent
from linktui.model.errors import LinktuiError
from linktui.model.plan import Plan
from linktui.model.plan_words import counted
from linktui.model.wording import explain

_UNMADE = {ChangeState.PLANNED, ChangeState.CANNOT, ChangeState.FAILED, ChangeState.STALE}


def add_dry_run(parser: ArgumentParser) -> None:
    """Add --dry-run."""
    parser.add_argument(
        "--dry-run", action="store_true", help="print the requests instead of sending them, secrets masked"
    )


def show_requests(requests: Sequence[Rehearsed], *, as_json: bool) -> ExitCode:
    """Write requests as they would go over the line."""
    if as_json:
        write_json([request_record(request) for request in requests])
        return ExitCode.DONE
    _write(requests)
    say(f"{counted(len(requests), 'request')}, not sent.")
    return ExitCode.DONE


async def rehearse_plan(desk: Desk, plan: Plan) -> ExitCode:
    """Write the requests of each change of a plan that is not made yet."""
    changes = desk.services.plans.changes(plan.id)
    return await rehearse_intents(
        desk, [change.intent for change in changes if change.intent is not None and change.state in _UNMADE]
    )


async def rehearse_intents(desk: Desk, intents: Sequence[Intent]) -> ExitCode:
    """Write the requests of each change; what cannot be made is said, and is PARTIAL."""
    together: list[Rehearsed] = []
    made = 0
    for intent in intents:
        requests, reason = await _requests_of(desk, intent)
        if reason:
            say(f"! “{intent.name}”: {reason}")
            continue
        made += 1
        together += requests
        if not desk.arguments.json:
            write(f"# {intent.verb.value} “{intent.name}” ({intent.account})")
            _write(requests)
    if desk.arguments.json:
        write_json([request_record(request) for request in together])
    say(f"{counted(len(together), 'request')} for {counted(made, 'change')}, not sent.")
    return ExitCode.DONE if made == len(intents) else ExitCode.PARTIAL


async def _requests_of(desk: Desk, intent: Intent) -> tuple[Sequence[Rehearsed], str]:
    """Return the requests of a change, or why there are none."""
    if intent.reason:
        return (), intent.reason
    try:
        return await desk.services.rehearsal.intent(intent), ""
    except LinktuiError as error:
        return (), explain(error)


def _write(requests: Sequence[Rehearsed]) -> None:
    for request in requests:
        write(f"{request.method} {request.url}")
        for name, value in request.headers:
            write(f"{name}: {value}")
        if request.body:
            write("")
            for line in request.body.splitlines():
                write(line)
        write("")
