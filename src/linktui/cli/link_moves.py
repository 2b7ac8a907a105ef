"""The command `links move`: links go to another account with their files, and get new URLs."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.bulk import add_bulk, change_each
from linktui.cli.chosen import add_chosen, chosen
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.model.errors import InvalidInput
from linktui.services.elsewhere import moved_to


def add_move(parser: ArgumentParser) -> None:
    """Describe `links move`."""
    add_chosen(parser, example="move --filter account:acme --to local --end-old")
    parser.add_argument("--to", required=True, metavar="ACCOUNT", help="where the files and the links go")
    parser.add_argument("--expires", default="", metavar="WHEN", help="as the old link has it unless said")
    parser.add_argument("--end-old", action="store_true", help="end the old links once the new ones stand")
    add_bulk(parser)
    parser.set_defaults(act=at_desk(_move))


async def _move(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    account = desk.services.accounts.get(arguments.to)
    if arguments.expires.strip().lower() == "now":
        raise InvalidInput("expiry", "cannot be now: the new link would give nothing")
    return await change_each(
        desk,
        chosen(desk),
        f"move {{}} to {account.name}",
        lambda planner, link: moved_to(
            planner, link, account, ends=arguments.expires, end_old=arguments.end_old
        ),
    )
