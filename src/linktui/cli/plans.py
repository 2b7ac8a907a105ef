"""The commands that look at plans: list and show."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from linktui.cli.desk import Desk, Surroundings, at_desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_output
from linktui.cli.output import say, terminal_width, write, write_csv, write_json, write_table
from linktui.cli.plan_view import show_plan
from linktui.cli.records import change_record, plan_record
from linktui.cli.several import found
from linktui.cli.table import Column
from linktui.model.phrases import day_text
from linktui.model.plan import Plan
from linktui.model.plan_words import counts_words, plan_state_words

_COLUMNS = (
    Column("PLAN", right=True, fixed=True),
    Column("MADE", fixed=True),
    Column("TITLE"),
    Column("STATE", fixed=True),
    Column("CHANGES"),
)


def add_number(parser: ArgumentParser) -> None:
    """Add the number of a plan."""
    parser.add_argument("number", type=int, metavar="N", help="a plan's number, as `plan list` has it")


def add_list(parser: ArgumentParser) -> None:
    """Describe `plan list`."""
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="the latest N (50)")
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_show(parser: ArgumentParser) -> None:
    """Describe `plan show`."""
    add_number(parser)
    add_output(parser)
    parser.add_argument(
        "--requests", action="store_true", help="print the exact requests of each change, secrets masked"
    )

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        way = at_desk(_rehearse, daemon=True) if arguments.requests else looking(_show)
        return way(arguments, surroundings)

    parser.set_defaults(act=act)


def plan_of(desk: Desk) -> Plan:
    """Return the plan that the command line names; raises Stop."""
    number = desk.arguments.number
    return found(lambda _: desk.services.plans.get(number), str(number))


def record_of(desk: Desk, plan: Plan) -> dict[str, object]:
    """Return a plan with all its changes as a record."""
    service = desk.services.plans
    return plan_record(plan, service.outline(plan.id), service.changes(plan.id))


def _list(desk: Desk) -> ExitCode:
    service, now = desk.services.plans, desk.services.clock()
    plans = service.all(limit=max(0, desk.arguments.limit))
    if desk.arguments.json or desk.arguments.csv:
        records = [plan_record(plan, service.outline(plan.id)) for plan in plans]
        write_json(records) if desk.arguments.json else write_csv(records, of="plans")
    elif plans:
        write_table(_COLUMNS, [_row(plan, now) for plan in plans])
    else:
        say("There is no plan yet; `linktui links extend --filter FILTER --by 7d` makes one.")
    return ExitCode.DONE


def _row(plan: Plan, now: datetime) -> tuple[str, ...]:
    state, counts = plan_state_words(plan, now), counts_words(plan.counts)
    return (str(plan.id), day_text(plan.at), plan.title, state, counts)


def _show(desk: Desk) -> ExitCode:
    plan = plan_of(desk)
    if desk.arguments.json:
        write_json(record_of(desk, plan))
    elif desk.arguments.csv:
        write_csv([change_record(change) for change in desk.services.plans.changes(plan.id)], of="changes")
    else:
        show_plan(desk, plan, write, width=terminal_width(sys.stdout))
    return ExitCode.DONE


async def _rehearse(desk: Desk) -> ExitCode:
    from linktui.cli.rehearse import rehearse_plan

    return await rehearse_plan(desk, plan_of(desk))
