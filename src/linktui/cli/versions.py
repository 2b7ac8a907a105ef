"""The commands for what a stored file was before: list its versions, fetch, delete or restore one."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from linktui.cli.desk import Desk, at_desk, confirm
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_json, add_yes
from linktui.cli.output import say, write, write_json, write_table
from linktui.cli.rehearse import show_requests
from linktui.cli.several import found
from linktui.cli.table import Column
from linktui.model.file import Version
from linktui.model.phrases import moment_text, size_text
from linktui.model.records import version_record

_COLUMNS = (
    Column("VERSION", fixed=True),
    Column("WHEN", fixed=True),
    Column("SIZE", right=True, fixed=True),
    Column("WHAT", fixed=True),
)


def add_versions(parser: ArgumentParser) -> None:
    """Describe `files versions`."""
    parser.add_argument("id", metavar="ID")
    add_where(parser)
    add_json(parser)
    parser.set_defaults(act=at_desk(_list, daemon=True))


def add_restore(parser: ArgumentParser) -> None:
    """Describe `files restore`."""
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--version", required=True, metavar="V", help="as `files versions` names it")
    add_where(parser)
    add_yes(parser)
    parser.set_defaults(act=at_desk(_restore, daemon=True))


def add_where(parser: ArgumentParser) -> None:
    """Add --account, for an id that several have, or that is not known here any more."""
    parser.add_argument("--account", metavar="NAME", help="where it is kept, or was")


async def download(desk: Desk, target: Path, *, replacing: bool) -> ExitCode:
    """Fetch the version that the arguments name, and print where it is."""
    account, file_id = _file(desk)
    service = desk.services.versions
    version = await service.find(account, file_id, desk.arguments.version)
    path = await service.download(account, file_id, version, target, replacing=replacing)
    write(str(path))
    return ExitCode.DONE


async def delete(desk: Desk) -> ExitCode:
    """Delete the version that the arguments name, once that is confirmed."""
    account, file_id = _file(desk)
    service = desk.services.versions
    if desk.arguments.dry_run:
        rehearsal = desk.services.rehearsal
        requests = await rehearsal.delete_version(account, file_id, desk.arguments.version)
        return show_requests(requests, as_json=False)
    version = await service.find(account, file_id, desk.arguments.version)
    when = moment_text(version.created_at)
    confirm(f"Delete the version of {when} of “{file_id}”? Nothing brings it back.", yes=desk.arguments.yes)
    await service.delete(account, file_id, version)
    say(f"The version of {when} is deleted.")
    return ExitCode.DONE


async def _list(desk: Desk) -> ExitCode:
    account, file_id = _file(desk)
    versions = await desk.services.versions.list(account, file_id)
    if desk.arguments.json:
        write_json([version_record(version) for version in versions])
    else:
        write_table(_COLUMNS, [_row(version) for version in versions])
    return ExitCode.DONE


async def _restore(desk: Desk) -> ExitCode:
    account, file_id = _file(desk)
    service = desk.services.versions
    version = await service.find(account, file_id, desk.arguments.version)
    when = moment_text(version.created_at)
    confirm(f"Have “{file_id}” be again what it was {when}?", yes=desk.arguments.yes)
    await service.restore(account, file_id, version)
    say(f"“{file_id}” is again what it was {when}; what it was until now stays a version.")
    return ExitCode.DONE


def _file(desk: Desk) -> tuple[str, str]:
    """Return the account and the id of the file that the arguments name."""
    arguments = desk.arguments
    ids = arguments.id if isinstance(arguments.id, list) else [arguments.id]
    if len(ids) > 1:
        raise Stop("A version is one file's alone; name one file.", ExitCode.USAGE)
    if arguments.account:
        return desk.services.accounts.get(arguments.account).name, ids[0]
    return found(desk.services.files.resolve, ids[0]).account, ids[0]


def _row(version: Version) -> tuple[str, ...]:
    what = "deleted" if version.is_deletion else "newest" if version.is_newest else ""
    size = "" if version.is_deletion else size_text(version.size)
    return version.id, moment_text(version.created_at), size, what
