"""The command `serve`: the link server by itself, without the daemon."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say, write
from linktui.config.settings import SenderSettings
from linktui.model.errors import InvalidInput

if TYPE_CHECKING:
    from linktui.config.locations import Locations
    from linktui.linkserver.sender import Sender
    from linktui.linkserver.server import LinkServer


def add_serve(parser: ArgumentParser) -> None:
    """Describe `serve`."""
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="where to listen (127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=8460, metavar="P", help="where to listen (8460); 0 takes a free one"
    )
    parser.add_argument("--public-url", metavar="URL", help="what links begin with, behind a proxy")
    parser.add_argument("--directory", type=Path, metavar="DIR", help="where files and catalogue are kept")
    parser.add_argument("--sender-name", default="", metavar="NAME", help="who the pages say files are from")
    parser.add_argument("--sender-logo", default="", metavar="FILE", help="a PNG or SVG beside the name")
    parser.add_argument("--accent", default="", metavar="COLOUR", help="the pages' colour, as #1f5fbf")
    parser.add_argument(
        "--store",
        action="append",
        default=[],
        metavar="ACCOUNT",
        help="answer for the evergreen links of an account, which are kept there; may be repeated",
    )
    parser.add_argument(
        "--dialects",
        action="store_true",
        help="speak the APIs of Stripe, Finix, Digital River and LiquidFiles too, below /dialects",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one line of JSON when ready: addresses and test secrets"
    )
    parser.set_defaults(act=_serve)


def _serve(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    import asyncio

    from linktui.daemon.lock import Lock
    from linktui.daemon.port import free_port

    arguments.port = arguments.port or free_port()
    locations = surroundings.locations
    if arguments.store:
        return asyncio.run(_run_front(arguments, locations))
    directory: Path = (arguments.directory or locations.server).absolute()
    if directory != locations.server.absolute():
        return asyncio.run(_run_store(arguments, directory))
    locations.create()
    # The daemon keeps its catalogue here: the same lock makes sure that only one of them serves it.
    lock = Lock.take(locations.lock)
    try:
        return asyncio.run(_run_store(arguments, directory))
    finally:
        lock.release()


async def _run_store(arguments: Namespace, directory: Path) -> ExitCode:
    """Serve what is kept in a directory."""
    from linktui.linkserver.dialects.base import Dialects
    from linktui.linkserver.server import LinkServer

    server = LinkServer(
        directory=directory,
        host=arguments.host,
        port=arguments.port,
        public_url=arguments.public_url,
        sender=_sender(arguments),
        dialects=Dialects() if arguments.dialects else None,
    )
    return await _run(server, what=str(directory), as_json=arguments.json)


async def _run_front(arguments: Namespace, locations: Locations) -> ExitCode:
    """Serve what the accounts named keep; no directory is made or locked."""
    from linktui.linkserver.server import LinkServer
    from linktui.model.capability import HERE
    from linktui.providers.served import KeepsServedLinks
    from linktui.wiring import configured, open_unnoted

    if arguments.directory or arguments.dialects:
        raise InvalidInput("store", "goes without --directory and --dialects: such a server keeps nothing")
    accounts = [configured(locations, name) for name in dict.fromkeys(arguments.store)]
    names = ", ".join(account.name for account in accounts)
    places = [one.limits.links_at for one in accounts if one.limits.links_at not in {"", HERE}]
    opened = [open_unnoted(account, locations=locations) for account in accounts]
    try:
        keepers = [provider for provider in opened if isinstance(provider, KeepsServedLinks)]
        pairs = zip(accounts, opened, strict=True)
        if others := [one.name for one, it in pairs if not isinstance(it, KeepsServedLinks)]:
            raise InvalidInput(
                "store",
                "has to be an account whose links a link server can answer for, such as one at a bucket that"
                f" it names; “{others[0]}” is none",
            )
        for provider in opened:
            await provider.identify()
        server = LinkServer(
            directory=None,
            host=arguments.host,
            port=arguments.port,
            public_url=arguments.public_url or (places[0] if places else None),
            sender=_sender(arguments),
            keepers=lambda: keepers,
        )
        return await _run(server, what=f"the links of {names}", as_json=arguments.json)
    finally:
        for provider in opened:
            await provider.close()


def _sender(arguments: Namespace) -> Sender:
    from linktui.linkserver.sender import open_sender

    settings = SenderSettings(name=arguments.sender_name, logo=arguments.sender_logo, accent=arguments.accent)
    return open_sender(settings, base=Path.cwd())


async def _run(server: LinkServer, *, what: str, as_json: bool) -> ExitCode:
    import asyncio

    from linktui.daemon.signals import set_on_end

    ended = asyncio.Event()
    set_on_end(ended)
    await server.start()
    try:
        if as_json:
            write(json.dumps({"url": server.url, "dialects": server.dialects()}))
            sys.stdout.flush()
        say(f"Serving {what} at {server.url}; Ctrl-C ends it.")
        await ended.wait()
    finally:
        await server.stop()
    return ExitCode.DONE
