"""The commands about saved filters: list, save and remove."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_filter_help, add_output
from linktui.cli.output import say, write_csv, write_json, write_table
from linktui.cli.table import Column
from linktui.model.filter import parse_filter


def add_list(parser: ArgumentParser) -> None:
    """Describe `filters list`."""
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_save(parser: ArgumentParser) -> None:
    """Describe `filters save`."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("filter", metavar="FILTER", help="what it finds (see below)")
    add_filter_help(parser)
    parser.set_defaults(act=looking(_save))


def add_remove(parser: ArgumentParser) -> None:
    """Describe `filters remove`."""
    parser.add_argument("name", metavar="NAME")
    parser.set_defaults(act=looking(_remove))


def _list(desk: Desk) -> ExitCode:
    saved = desk.services.filters.all()
    records = [{"name": name, "filter": found.text} for name, found in saved.items()]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="filters")
    elif saved:
        write_table((Column("NAME", fixed=True), Column("FILTER")),
                    [(name, found.text) for name, found in saved.items()])  # fmt: skip
    else:
        say("No filter is saved; `linktui filters save NAME FILTER` saves one.")
    return ExitCode.DONE


def _save(desk: Desk) -> ExitCode:
    parse_filter(desk.arguments.filter)  # so that what is wrong is pointed at
    desk.services.filters.save(desk.arguments.name, desk.arguments.filter)
    say(f"“{desk.arguments.name}” is saved; it is a tab of the Links screen.")
    return ExitCode.DONE


def _remove(desk: Desk) -> ExitCode:
    desk.services.filters.remove(desk.arguments.name)
    say(f"“{desk.arguments.name}” is removed.")
    return ExitCode.DONE
