"""The command `files browse`: one folder of an account, as its service has it now."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_json
from linktui.cli.output import say, write_json, write_table
from linktui.cli.records import file_record
from linktui.cli.table import Column
from linktui.model.errors import Unsupported
from linktui.model.file import Folder
from linktui.model.phrases import day_text, size_text
from linktui.model.query import FileQuery, FileSort

_COLUMNS = (
    Column("NAME", fixed=True),
    Column("SIZE", right=True, fixed=True),
    Column("LINKS", right=True, fixed=True),
    Column("CREATED", fixed=True),
)


def add_browse(parser: ArgumentParser) -> None:
    """Describe `files browse`."""
    parser.add_argument(
        "folder", nargs="?", default="", metavar="FOLDER", help="such as reports/2026 (the top)"
    )
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--name", default="", help="only what begins so")
    add_json(parser)
    parser.set_defaults(act=at_desk(_browse, daemon=True))


async def _browse(desk: Desk) -> ExitCode:
    arguments, services = desk.arguments, desk.services
    accounts = services.accounts
    account = accounts.get(arguments.account) if arguments.account else accounts.default
    if not services.folders.has_folders(account.name):
        raise Unsupported("list one folder", "it keeps its files without any; see `linktui files list`")
    path = "".join(f"{part}/" for part in arguments.folder.split("/") if part)
    more = False
    async for looked in services.folders.look(account.name, path, beginning=arguments.name):
        more = looked.cursor is not None
    query = FileQuery(
        account=account.name, folder=path, beginning=arguments.name, sort=FileSort.NAME, descending=False
    )
    rows = services.files.folder_window(query, offset=0, limit=services.files.counts(query).shown)
    folders = [row for row in rows if isinstance(row, Folder)]
    files = [row for row in rows if not isinstance(row, Folder)]
    if arguments.json:
        write_json({"folders": [one.path for one in folders], "files": [file_record(file) for file in files]})
    elif rows:
        write_table(
            _COLUMNS,
            [(f"{one.name}/", "", "", _day(one)) for one in folders]
            + [
                (file.name, size_text(file.size), str(file.link_count), day_text(file.created_at))
                for file in files
            ],
        )
    else:
        say("The service has nothing there.")
    if more:
        say("There is more than is told here: --name NAME tells what begins so.")
    return ExitCode.DONE


def _day(folder: Folder) -> str:
    return "" if folder.created_at is None else day_text(folder.created_at)
