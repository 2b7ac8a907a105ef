"""The commands `links query` and `files query`: a list by the service's own filters, asked for now."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_json, moment
from linktui.cli.output import say, write_json, write_table
from linktui.cli.records import file_record, link_record
from linktui.cli.table import Column
from linktui.model.phrases import day_text, moment_text, size_text

if TYPE_CHECKING:
    from linktui.providers.base import Wanted

_LINKS = (
    Column("ID", fixed=True),
    Column("NAME"),
    Column("KIND"),
    Column("STATE"),
    Column("ENDS", fixed=True),
)
_FILES = (Column("ID", fixed=True), Column("NAME"), Column("SIZE", right=True), Column("CREATED", fixed=True))


def add_links(parser: ArgumentParser) -> None:
    """Describe `links query`."""
    _add_common(parser)
    parser.add_argument("--file", default="", metavar="ID", help="of one file")
    parser.add_argument(
        "--expired", action=BooleanOptionalAction, help="only those that have ended, or have not"
    )
    parser.set_defaults(act=at_desk(_links, daemon=True))


def add_files(parser: ArgumentParser) -> None:
    """Describe `files query`."""
    _add_common(parser)
    parser.add_argument("--name", default="")
    parser.add_argument("--title", default="")
    parser.add_argument("--purpose", default="")
    parser.add_argument("--type", default="")
    parser.add_argument("--smallest", type=int, metavar="BYTES")
    parser.add_argument("--largest", type=int, metavar="BYTES")
    parser.set_defaults(act=at_desk(_files, daemon=True))


def _add_common(parser: ArgumentParser) -> None:
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--id", action="append", default=[], metavar="ID", help="only these; may be repeated")
    for name in ("created", "updated"):
        parser.add_argument(
            f"--{name}-after", type=moment, metavar="WHEN", help="from 2026-12-01 or 2026-12-01T14:30Z on"
        )
        parser.add_argument(f"--{name}-before", type=moment, metavar="WHEN", help="up to then")
    parser.add_argument("--limit", type=int, metavar="N", help="rows on the page")
    pages = parser.add_mutually_exclusive_group()
    pages.add_argument("--cursor", metavar="CURSOR", help="the page that begins there, as the last one said")
    pages.add_argument("--before", default="", metavar="CURSOR", help="the page that ends there")
    add_json(parser)


async def _links(desk: Desk) -> ExitCode:
    arguments, service = desk.arguments, desk.services.links
    account = arguments.account or desk.services.accounts.default.name
    wanted = _wanted(arguments, file_id=arguments.file, expired=arguments.expired)
    page = await service.list_at_service(account, wanted, cursor=arguments.cursor)
    now = service.now(account)
    links = [told.link for told in page.rows]
    if arguments.json:
        write_json([link_record(link, now) for link in links])
    else:
        rows = [
            (link.id, link.name, link.kind.value, link.state(now).value, moment_text(link.expires_at))
            for link in links
        ]
        _write(_LINKS, rows)
    return _say_next(page.next_cursor)


async def _files(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    account = arguments.account or desk.services.accounts.default.name
    wanted = _wanted(
        arguments,
        name=arguments.name,
        title=arguments.title,
        purpose=arguments.purpose,
        type=arguments.type,
        smallest=arguments.smallest,
        largest=arguments.largest,
    )
    page = await desk.services.files.list_at_service(account, wanted, cursor=arguments.cursor)
    if arguments.json:
        write_json([file_record(file) for file in page.rows])
    else:
        rows = [(file.id, file.name, size_text(file.size), day_text(file.created_at)) for file in page.rows]
        _write(_FILES, rows)
    return _say_next(page.next_cursor)


def _wanted(arguments: Namespace, **fields: str | int | bool | datetime | None) -> Wanted:
    from linktui.providers.base import Wanted

    return Wanted(
        ids=tuple(arguments.id),
        created_after=arguments.created_after,
        created_before=arguments.created_before,
        updated_after=arguments.updated_after,
        updated_before=arguments.updated_before,
        limit=arguments.limit,
        before=arguments.before,
        **fields,  # type: ignore[arg-type]  # fields by name
    )


def _write(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        write_table(columns, rows)
    else:
        say("The service has none of that kind.")


def _say_next(cursor: str | None) -> ExitCode:
    if cursor is not None:
        say(f"There are more: --cursor {cursor!r}")
    return ExitCode.DONE
