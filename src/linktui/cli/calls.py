"""The command `log`: the calls that linktui made to the services."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_output
from linktui.cli.output import say, write_csv, write_json, write_table
from linktui.cli.records import call_record
from linktui.cli.table import Column
from linktui.model.call import Call
from linktui.model.phrases import moment_text

_COLUMNS = (
    Column("WHEN", fixed=True),
    Column("ACCOUNT"),
    Column("CALL"),
    Column("STATUS"),
    Column("TIME", right=True, fixed=True),
    Column("REQUEST"),
)


def add_log(parser: ArgumentParser) -> None:
    """Describe `log`."""
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="the latest N (50)")
    add_output(parser)
    parser.set_defaults(act=looking(_log))


def _log(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    account = arguments.account and desk.services.accounts.get(arguments.account).name
    calls = desk.services.calls.latest(account=account, limit=max(0, arguments.limit))
    if arguments.json:
        write_json([call_record(call) for call in calls])
    elif arguments.csv:
        write_csv([call_record(call) for call in calls], of="calls")
    elif calls:
        write_table(_COLUMNS, [_row(call) for call in calls])
    else:
        say("No calls were made yet.")
    return ExitCode.DONE


def _row(call: Call) -> tuple[str, ...]:
    return (
        moment_text(call.at),
        call.account,
        f"{call.method} {call.path}",
        call.error if call.status is None else str(call.status),
        f"{call.seconds * 1000:.0f} ms",
        call.request_id,
    )
