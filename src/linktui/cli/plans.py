"""The commands that look at plans and at what linktui did: plan list, plan show and history."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_output
from linktui.cli.output import say, write_csv, write_json
from linktui.cli.plan_lines import write_history, write_plan, write_plans
from linktui.cli.records import change_record, plan_record
from linktui.cli.several import found

MANY = 1 << 40


def add_list(parser: ArgumentParser) -> None:
    """Describe `plan list`."""
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most N, newest first (50)")
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_show(parser: ArgumentParser) -> None:
    """Describe `plan show`."""
    parser.add_argument("plan", type=int, metavar="N")
    add_output(parser)
    parser.set_defaults(act=looking(_show))


def add_history(parser: ArgumentParser) -> None:
    """Describe `history`."""
    parser.add_argument("id", nargs="?", metavar="ID", help="of one link only")
    parser.add_argument("--account", default="", metavar="NAME")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most N, newest first (200)")
    add_output(parser)
    parser.set_defaults(act=looking(_history))


def _list(desk: Desk) -> ExitCode:
    plans = desk.services.plans.all(limit=max(0, desk.arguments.limit))
    records = [plan_record(plan) for plan in plans]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="plans")
    elif plans:
        write_plans(plans, desk.services.clock())
    else:
        say("There are no plans yet; changes to several links make one.")
    return ExitCode.DONE


def _show(desk: Desk) -> ExitCode:
    plans = desk.services.plans
    plan = plans.get(desk.arguments.plan)
    changes = plans.changes(plan.id)
    if desk.arguments.json:
        write_json(plan_record(plan, changes))
    elif desk.arguments.csv:
        write_csv([change_record(change) for change in changes], of="changes")
    else:
        write_plan(plan, plans.outline(plan.id), changes, desk.services.clock())
    return ExitCode.DONE


def _history(desk: Desk) -> ExitCode:
    arguments, services = desk.arguments, desk.services
    limit = max(0, arguments.limit)
    if arguments.id:
        changes = services.links.history(found(services.links.resolve, arguments.id))[:limit]
    else:
        account = arguments.account and services.accounts.get(arguments.account).name
        changes = services.plans.history(limit=limit, account=account)
    records = [change_record(change) for change in changes]
    if arguments.json:
        write_json(records)
    elif arguments.csv:
        write_csv(records, of="changes")
    elif changes:
        write_history(changes)
    else:
        say("linktui has not changed anything yet.")
    return ExitCode.DONE
