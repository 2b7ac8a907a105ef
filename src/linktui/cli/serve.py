"""The command `serve`: the link server by itself, without the daemon."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say, write


def add_serve(parser: ArgumentParser) -> None:
    """Describe `serve`."""
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8460, metavar="P", help="where to listen (8460)")
    parser.add_argument("--public-url", metavar="URL", help="what links begin with, behind a proxy")
    parser.add_argument("--directory", type=Path, metavar="DIR", help="where files and catalogue are kept")
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

    locations = surroundings.locations
    directory: Path = (arguments.directory or locations.server).absolute()
    if directory != locations.server.absolute():
        return asyncio.run(_run(arguments, directory))
    locations.create()
    # The daemon keeps its catalogue here: the same lock makes sure that only one of them serves it.
    lock = Lock.take(locations.lock)
    try:
        return asyncio.run(_run(arguments, directory))
    finally:
        lock.release()


async def _run(arguments: Namespace, directory: Path) -> ExitCode:
    import asyncio

    from linktui.daemon.signals import set_on_end
    from linktui.linkserver.dialects.base import Dialects
    from linktui.linkserver.server import LinkServer

    server = LinkServer(
        directory=directory,
        host=arguments.host,
        port=arguments.port,
        public_url=arguments.public_url,
        dialects=Dialects() if arguments.dialects else None,
    )
    ended = asyncio.Event()
    set_on_end(ended)
    await server.start()
    try:
        if arguments.json:
            write(json.dumps({"url": server.url, "dialects": server.dialects()}))
            sys.stdout.flush()
        say(f"Serving {directory} at {server.url}; Ctrl-C ends it.")
        await ended.wait()
    finally:
        await server.stop()
    return ExitCode.DONE
