"""The commands for stored files: list, show, download and delete."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from pathlib import Path

from linktui.cli import versions
from linktui.cli.desk import Desk, at_desk, confirm, looking, looking_or_asking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.links import EVERYTHING
from linktui.cli.options import add_json, add_now, add_output, add_yes
from linktui.cli.output import say, write, write_csv, write_facts, write_json, write_table
from linktui.cli.records import file_record
from linktui.cli.rehearse import add_dry_run, show_requests
from linktui.cli.several import each, found
from linktui.cli.table import Column
from linktui.cli.versions import add_where
from linktui.model.file import File
from linktui.model.phrases import day_text, moment_text, size_text
from linktui.model.query import FileQuery, FileSort

_COLUMNS = (
    Column("ID", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("SIZE", right=True, fixed=True),
    Column("LINKS", right=True, fixed=True),
    Column("CREATED", fixed=True),
)


def add_list(parser: ArgumentParser) -> None:
    """Describe `files list`."""
    parser.add_argument("--filter", default="", metavar="WORDS", help="words that all have to occur")
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--sort", choices=[sort.value for sort in FileSort], default=FileSort.CREATED.value)
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--limit", type=int, default=EVERYTHING, metavar="N", help="at most N rows")
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_delete(parser: ArgumentParser) -> None:
    """Describe `files delete`."""
    parser.add_argument("id", nargs="+", metavar="ID")
    parser.add_argument("--force", action="store_true", help="even while live links hold it")
    _add_version(parser)
    add_yes(parser)
    add_dry_run(parser)
    parser.set_defaults(act=at_desk(_delete))


def add_show(parser: ArgumentParser) -> None:
    """Describe `files show`."""
    parser.add_argument("id", metavar="ID")
    add_where(parser)
    add_now(parser)
    add_json(parser)
    parser.set_defaults(act=looking_or_asking(_show, _ask_and_show))


def add_download(parser: ArgumentParser) -> None:
    """Describe `files download`."""
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "--to", type=Path, default=Path(), metavar="PATH", help="a folder or a new file's name (here)"
    )
    parser.add_argument("--force", action="store_true", help="write over what is there")
    _add_version(parser)
    parser.set_defaults(act=at_desk(_download, daemon=True))


def _add_version(parser: ArgumentParser) -> None:
    parser.add_argument("--version", metavar="V", help="one that `files versions` names, and no other")
    add_where(parser)


def _list(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    sort = FileSort(arguments.sort)
    query = FileQuery(
        text=arguments.filter,
        account=arguments.account and desk.services.accounts.get(arguments.account).name,
        sort=sort,
        descending=(sort is not FileSort.NAME) != arguments.reverse,
    )
    files = desk.services.files.window(query, offset=0, limit=max(0, arguments.limit))
    records = [file_record(file) for file in files]
    if arguments.json:
        write_json(records)
    elif arguments.csv:
        write_csv(records, of="files")
    elif files:
        hidden = {"ACCOUNT"} if len(desk.services.accounts.all()) == 1 else set()
        write_table(_COLUMNS, [_row(file) for file in files], hidden=hidden)
    elif query.account is None or desk.services.links.as_of(query.account) is not None:
        say("There are no such files; `linktui upload FILE` stores one.")
    return _tell_trouble(desk, query)


def _tell_trouble(desk: Desk, query: FileQuery) -> ExitCode:
    """Say which accounts the list is old of, or leaves out because they never answered."""
    links = desk.services.links
    for account in desk.services.accounts.all():
        if query.account not in {None, account.name}:
            continue
        trouble, known = links.trouble(account.name), links.as_of(account.name) is not None
        if trouble:
            say(f"{account.name}: {trouble}" if known else f"{account.name} was never looked at: {trouble}")
        elif query.account and not known:
            say(f"{account.name} was not looked at yet: the daemon does so (`linktui daemon start`).")
        if query.account and trouble and not known:
            return ExitCode.UNAVAILABLE
    return ExitCode.DONE


async def _delete(desk: Desk) -> ExitCode:
    if desk.arguments.version:
        await desk.ensure_running()
        return await versions.delete(desk)
    service = desk.services.files
    files = [_found(desk, file_id) for file_id in desk.arguments.id]
    if desk.arguments.dry_run:
        await desk.ensure_running()
        requests = [
            request
            for file in files
            for request in await desk.services.rehearsal.delete_file(file, force=desk.arguments.force)
        ]
        return show_requests(requests, as_json=False)
    names = f"“{files[0].name}”" if len(files) == 1 else f"{len(files)} files"
    confirm(f"Delete {names} for good?", yes=desk.arguments.yes)
    await desk.ensure_running()

    async def delete(file: File) -> None:
        await service.delete(file, force=desk.arguments.force)
        say(f"“{file.name}” is deleted.")

    return await each(files, delete)


def _show(desk: Desk) -> ExitCode:
    return _write_file(desk, _found(desk, desk.arguments.id))


async def _ask_and_show(desk: Desk) -> ExitCode:
    file = _found(desk, desk.arguments.id)
    return _write_file(desk, await desk.services.files.fetch(file))


def _write_file(desk: Desk, file: File) -> ExitCode:
    if desk.arguments.json:
        write_json(file_record(file))
        return ExitCode.DONE
    write_facts(
        [
            ("Name", file.name),
            ("Id", file.id),
            ("Account", file.account),
            ("Folder", file.folder),
            ("Size", size_text(file.size)),
            ("Type", file.media_type),
            ("SHA-256", file.sha256),
            ("Created", moment_text(file.created_at)),
            ("Removed", moment_text(file.expires_at) if file.expires_at else ""),
            ("Links", str(file.link_count)),
            ("No links", file.linkable),
            *file.facts.items(),
        ]
    )
    return ExitCode.DONE


async def _download(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    if arguments.version:
        return await versions.download(desk, arguments.to, replacing=arguments.force)
    file = _found(desk, arguments.id)
    path = await desk.services.files.download(file, arguments.to, replacing=arguments.force)
    write(str(path))
    return ExitCode.DONE


def _found(desk: Desk, file_id: str) -> File:
    return found(partial(desk.services.files.resolve, account=desk.arguments.account), file_id)


def _row(file: File) -> tuple[str, ...]:
    links = str(file.link_count)
    return file.id, file.name, file.account, size_text(file.size), links, day_text(file.created_at)
