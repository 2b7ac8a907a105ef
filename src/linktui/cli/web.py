"""The command `web`: the screens in a browser."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from argparse import ArgumentParser, Namespace
from shlex import join
from threading import Thread

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.output import say, write
from linktui.model.errors import InvalidInput

LACKING = "`linktui web` needs textual-serve, which is not installed: pip install 'linktui[web]'."
EXPOSED = (
    "{host} can be reached by others, and nothing is encrypted: whoever sees the address can use every link"
    " and account here, and read this machine's files. Put TLS before it, and end it when you are done."
)


def add(parser: ArgumentParser) -> None:
    """Describe `web`."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="listen there, not on 127.0.0.1",
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="listen there (default: any)")
    parser.add_argument(
        "--public-url",
        default="",
        metavar="URL",
        help="how it is reached through a reverse proxy",
    )
    parser.add_argument("--open", action="store_true", help="open it in this machine's browser")
    parser.set_defaults(act=_web)


def _web(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    try:
        from linktui.web.server import is_loopback, serve
    except ModuleNotFoundError as error:
        raise Stop(LACKING, ExitCode.UNSUPPORTED) from error
    _check(arguments)
    public_url = _origin(arguments.public_url)
    if not is_loopback(arguments.host):
        say(EXPOSED.format(host=arguments.host))
    surroundings.open_house(
        surroundings.locations
    ).database.close()  # what is wrong is said here, not in a page

    stdout = sys.stdout

    def ready(address: str) -> None:
        with contextlib.redirect_stdout(stdout):
            write(address)
        stdout.flush()
        if arguments.open:
            import webbrowser

            # A browser may take its time, and one in a terminal ends when it is left.
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        with contextlib.redirect_stdout(sys.stderr):  # where a program says why it did not start
            await serve(
                f"exec {join([sys.executable, '-m', 'linktui'])}",
                host=arguments.host,
                port=arguments.port,
                public_url=public_url,
                ready=ready,
                stop=stop,
            )

    try:
        asyncio.run(run())
    except OSError as error:
        at = f"{arguments.host}, port {arguments.port}"
        raise Stop(f"Cannot listen on {at}: {error.strerror or error}.", ExitCode.CONFLICT) from error
    return ExitCode.DONE


def _check(arguments: Namespace) -> None:
    if not 0 <= arguments.port <= 65535:
        raise Stop("--port has to be 0 (any) to 65535.", ExitCode.USAGE)


def _origin(url: str) -> str:
    """Return --public-url as browsers say it, or nothing."""
    from linktui.web.access import read_origin

    try:
        return read_origin(url) if url else ""
    except InvalidInput as error:
        raise Stop(f"--public-url {error.reason}.", ExitCode.USAGE) from error
