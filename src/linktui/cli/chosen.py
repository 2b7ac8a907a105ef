"""Which links a command is about: those named by their ids, or all that a filter matches."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk
from linktui.cli.options import add_filter, filter_of
from linktui.cli.several import found
from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.query import LinkQuery

_ALL = 1 << 40


def add_chosen(parser: ArgumentParser, *, example: str) -> None:
    """Add the ways to choose links, and an example of the command below its help."""
    parser.add_argument("id", nargs="*", metavar="ID", help="links by their ids, or by --filter")
    add_filter(parser)
    parser.epilog = f"example:\n  linktui links {example}\n\n{parser.epilog}"
    parser.add_argument(
        "--account", metavar="NAME", help="only this account's, of those that the filter matches"
    )
    parser.add_argument("--ended", action="store_true", help="also those that are over")


def one_chosen(desk: Desk) -> Link | None:
    """Return the link if one alone is named by its id: it is acted on at once, not by a plan."""
    arguments = desk.arguments
    if len(arguments.id) != 1 or arguments.filter:
        return None
    return found(desk.services.links.resolve, arguments.id[0])


def chosen(desk: Desk, *, all_if_none: bool = False) -> list[Link]:
    """Return the links, each once; raises InvalidInput when none are named, unless that means all."""
    arguments, service = desk.arguments, desk.services.links
    if arguments.id and (arguments.filter or arguments.account or arguments.ended):
        raise InvalidInput(
            "links", "are named by their ids, or by --filter, --account and --ended, not by both"
        )
    if arguments.id:
        named = [found(service.resolve, link_id) for link_id in arguments.id]
        return list({(link.account, link.id): link for link in named}.values())
    if not (arguments.filter or arguments.account or all_if_none):
        raise InvalidInput("links", "are to be named by their ids, or by --filter")
    query = LinkQuery(
        filter=filter_of(arguments),
        account=arguments.account and desk.services.accounts.get(arguments.account).name,
        ended=arguments.ended,
    )
    return service.window(query, offset=0, limit=_ALL)
