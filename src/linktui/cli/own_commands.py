"""The command `run`: a command of the user's own, as [commands.NAME] has it, from the command line."""

from __future__ import annotations

import os
import subprocess
from argparse import ArgumentParser
from collections.abc import Sequence

from linktui.cli.chosen import chosen
from linktui.cli.desk import Desk, confirm, looking
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_filter, add_yes
from linktui.cli.output import say, write_table
from linktui.cli.several import found
from linktui.cli.table import Column
from linktui.config.extensions import CommandSettings
from linktui.model.errors import InvalidInput
from linktui.model.records import Record, file_record, link_record, upload_record
from linktui.services.own_commands import Run, runs_of, title_of
from linktui.services.shell import SHELL

NONE = 'There is no command of your own yet: write [commands.NAME] with run = "…" into {}.'


def add(parser: ArgumentParser) -> None:
    """Describe `run`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="of [commands.NAME]; none lists them all")
    parser.add_argument("id", nargs="*", metavar="ID", help="what it is about, or --filter for links")
    add_filter(parser)
    parser.add_argument("--account", metavar="NAME", help="only this account's, of what the filter matches")
    parser.add_argument("--ended", action="store_true", help="also links that are over")
    add_yes(parser)
    parser.set_defaults(act=looking(_run))


def _run(desk: Desk) -> ExitCode:
    commands, name = desk.house.settings.commands, desk.arguments.name
    if name is None:
        _list(desk)
        return ExitCode.DONE
    command = commands.get(name)
    if command is None:
        known = f"; there are {', '.join(commands)}" if commands else ""
        raise InvalidInput("command", f"“{name}” is not in [commands] of {_file(desk)}{known}")
    records = _records(desk, command)
    if not records:
        raise Stop("Nothing matches, so nothing was run.", ExitCode.NOT_FOUND)
    if command.confirm:
        confirm(command.confirm, yes=desk.arguments.yes)
    return _end([_code_of(command, run) for run in runs_of(name, command, records)], title_of(name, command))


def _list(desk: Desk) -> None:
    commands = desk.house.settings.commands
    if not commands:
        say(NONE.format(_file(desk)))
        return
    columns = (Column("NAME", fixed=True), Column("KEY", fixed=True), Column("ON", fixed=True), Column("RUN"))
    write_table(
        columns, [(name, one.key or "-", " ".join(one.on), one.run) for name, one in commands.items()]
    )


def _records(desk: Desk, command: CommandSettings) -> list[Record]:
    """Return what the command is about, of the first kind that its screens show."""
    services, ids = desk.services, desk.arguments.id
    if {"links", "detail"} & set(command.on):
        return [link_record(link, services.links.now(link.account)) for link in chosen(desk)]
    if "files" in command.on:
        return [file_record(found(services.files.resolve, one)) for one in ids]
    return [upload_record(found(services.transfers.resolve, one)) for one in ids]


def _code_of(command: CommandSettings, run: Run) -> int:
    """Run one start with this command's own stdout and stderr, for as long as it takes."""
    line = [SHELL, "-c", command.run]
    return subprocess.run(line, input=run.stdin.encode(), env=run.environment, check=False).returncode


def _end(codes: Sequence[int], title: str) -> ExitCode:
    failed = [code for code in codes if code]
    if not failed:
        return ExitCode.DONE
    if len(codes) > 1:
        raise Stop(f"“{title}” failed in {len(failed)} of {len(codes)} runs.", ExitCode.PARTIAL)
    raise SystemExit(failed[0] if failed[0] > 0 else 128 - failed[0])


def _file(desk: Desk) -> os.PathLike[str]:
    return desk.house.locations.settings_file
