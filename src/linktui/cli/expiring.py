"""`expiring`: which links end soon, for people and for cron, which reads the exit code."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_filter, add_output, filter_of, length
from linktui.cli.output import say, write, write_csv, write_json, write_table
from linktui.cli.records import iso, link_record
from linktui.cli.table import Column
from linktui.model.link import EXPIRING_WITHIN, Link
from linktui.model.phrases import day_text, left_text, length_text
from linktui.model.saving import point_of_no_return, saving_words

_COLUMNS = (
    Column("LEFT", right=True, fixed=True),
    Column("ENDS", fixed=True),
    Column("ID", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("AFTERWARDS", fixed=True),
)


def add(parser: ArgumentParser) -> None:
    """Describe `expiring`."""
    add_filter(parser)
    parser.epilog = (
        "exit code 10 where there are any, 0 where there are none\n"
        "example, in a crontab:\n"
        "  0 8 * * *  linktui expiring --within 2d --filter 'tag:customer'\n\n"
        f"{parser.epilog}"
    )
    parser.add_argument(
        "--within", type=length, default=EXPIRING_WITHIN, metavar="24h", help="so soon; 24h unless said"
    )
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--quiet", "-q", action="store_true", help="print nothing; the exit code says it")
    shape = add_output(parser)
    shape.add_argument("--count", action="store_true", help="print only how many there are")
    parser.set_defaults(act=looking(_expiring))


def _expiring(desk: Desk) -> ExitCode:
    arguments, expiring = desk.arguments, desk.services.expiring
    account = arguments.account and desk.services.accounts.get(arguments.account).name
    kept = filter_of(arguments)
    if arguments.count or arguments.quiet:
        number = expiring.count(arguments.within, account=account, kept=kept)
        if not arguments.quiet:
            write(str(number))
        return ExitCode.FOUND if number else ExitCode.DONE
    links = expiring.within(arguments.within, account=account, kept=kept)
    _write(desk, links)
    return ExitCode.FOUND if links else ExitCode.DONE


def _write(desk: Desk, links: Sequence[Link]) -> None:
    arguments = desk.arguments
    if arguments.json or arguments.csv:
        records = [_record(desk, link) for link in links]
        if arguments.json:
            write_json(records)
        else:
            write_csv(records, of="expiring")
    elif links:
        write_table(_COLUMNS, [_row(desk, link) for link in links])
    else:
        say(f"No live link ends within {length_text(arguments.within)}.")


def _record(desk: Desk, link: Link) -> dict[str, object]:
    now, saving = desk.services.links.now(link.account), desk.services.expiring.saving(link.account)
    left = 0 if link.expires_at is None else max(0, int((link.expires_at - now).total_seconds()))
    return link_record(link, now) | {
        "seconds_left": left,
        "saving": saving.value,
        "final_at": iso(point_of_no_return(link, saving)),
    }


def _row(desk: Desk, link: Link) -> tuple[str, ...]:
    now, saving = desk.services.links.now(link.account), desk.services.expiring.saving(link.account)
    ends = "" if link.expires_at is None else day_text(link.expires_at)
    return (
        left_text(link.expires_at, now),
        ends,
        link.id,
        link.name,
        link.account,
        saving_words(link, saving, now),
    )
