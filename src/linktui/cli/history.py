"""The command `history`: everything that linktui began to do, or what it did to one link."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_output
from linktui.cli.output import say, write_csv, write_json, write_table
from linktui.cli.records import change_record
from linktui.cli.table import Column
from linktui.model.change import Change
from linktui.model.errors import InvalidInput
from linktui.model.phrases import day_text
from linktui.model.plan_words import STANDINGS, what_words
from linktui.model.wording import explain

_ALL = 1 << 40
_COLUMNS = (
    Column("WHEN", fixed=True),
    Column("PLAN", right=True, fixed=True),
    Column("VERB", fixed=True),
    Column("ID", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("CHANGE"),
    Column("CAME OUT"),
)


def add_history(parser: ArgumentParser) -> None:
    """Describe `history`."""
    parser.add_argument("id", nargs="?", metavar="ID", help="only what was done to this link")
    parser.add_argument("--account", default="", metavar="NAME")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="the latest N (50)")
    add_output(parser)
    parser.set_defaults(act=looking(_history))


def _history(desk: Desk) -> ExitCode:
    changes = _of_link(desk, desk.arguments.id) if desk.arguments.id else _of_all(desk)
    records = [change_record(change) for change in changes]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="changes")
    elif changes:
        write_table(_COLUMNS, [_row(desk, change) for change in changes])
    else:
        say("Nothing was done yet.")
    return ExitCode.DONE


def _of_all(desk: Desk) -> list[Change]:
    account = desk.arguments.account and desk.services.accounts.get(desk.arguments.account).name
    return desk.services.plans.history(limit=max(0, desk.arguments.limit), account=account)


def _of_link(desk: Desk, link_id: str) -> list[Change]:
    limit = max(0, desk.arguments.limit)
    try:
        return desk.services.links.history(desk.services.links.resolve(link_id))[:limit]
    except InvalidInput as error:
        # A link that is gone has a history too.
        account = desk.arguments.account
        past = desk.services.plans.history(limit=_ALL, account=account)
        changes = [change for change in past if change.subject == link_id][:limit]
        if not changes:
            raise Stop(explain(error), ExitCode.NOT_FOUND) from error
        return changes


def _row(desk: Desk, change: Change) -> tuple[str, ...]:
    sign, word = STANDINGS[change.state]
    return (
        day_text(change.at),
        "" if change.plan is None else str(change.plan),
        change.verb,
        change.subject,
        change.name,
        change.account,
        what_words(change.intent, desk.services.clock(), weekday=False) or change.detail,
        f"{sign} {change.error or word}",
    )
