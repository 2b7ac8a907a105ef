"""The screens in a browser: each visit is a program of its own, drawn by a terminal in the page.

textual-serve starts the program and carries what it draws; who may visit is `access`'s to say. All that the
page loads comes from here.
"""

from __future__ import annotations

import asyncio
import shlex
import socket
from collections.abc import Callable
from contextlib import suppress
from html import escape
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

from linktui.web.access import SOCKET, Access

NOT_THE_BROWSERS = ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "WAYLAND_DISPLAY", "DISPLAY")
"""What this process knows of a terminal and a desktop that are not those of who visits."""
THE_BROWSERS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';"
    " img-src 'self' data:; connect-src 'self' {socket}; frame-ancestors 'none'; base-uri 'none'"
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>linktui</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css">
<style>
@font-face {{ font-family: "Roboto Mono"; src: url(/static/fonts/RobotoMono-VariableFont_wght.ttf); }}
body {{ background: #101418; color: #e0e0e0; font: 16px "Roboto Mono", monospace; }}
#over {{ display: none; position: absolute; inset: 0; place-content: center; text-align: center;
  background: #101418; z-index: 9; }}
body.-closed #over {{ display: grid; }}
a {{ color: #7cc4ff; }}
</style>
<script src="/static/js/textual.js"></script>
<script src="/focus.js"></script>
</head>
<body>
<div id="over" role="status"><p>The program has ended.</p><p><a href="/">Open it again</a></p></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{socket}" data-font-size="16"></div>
</body>
</html>
"""


FOCUS = """const wait = setInterval(() => {
  const keys = document.querySelector("#terminal textarea");
  if (keys) { keys.focus(); clearInterval(wait); }
}, 50);
"""
"""So that keys go to the program without a click first."""


def make_app(command: str, access: Access) -> web.Application:
    """Return the application that runs `command`, a shell line of our own, for each visit."""
    screens = Server(command, title="linktui")

    async def page(request: web.Request) -> web.Response:
        at = access.origin_of(request).replace("http", "ws", 1)
        policy = POLICY.format(socket=at)
        return web.Response(
            text=PAGE.format(socket=escape(at + SOCKET)),
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
        )

    async def focus(request: web.Request) -> web.Response:
        return web.Response(text=FOCUS, content_type="text/javascript")

    app = web.Application(middlewares=[access.middleware])
    app.add_routes(
        [
            web.get("/", page),
            web.get("/focus.js", focus),
            web.get(SOCKET, screens.handle_websocket),
            web.get("/download/{key}", screens.handle_download),
            web.static("/static", Path(str(files("textual_serve").joinpath("static")))),
        ]
    )
    return app


async def serve(
    command: str, *, host: str, port: int, public_url: str, ready: Callable[[str], None], stop: asyncio.Event
) -> None:
    """Serve until `stop` is set; `ready` gets the address with its token.

    `public_url` is empty, or as `access.read_origin` returns it. Raises OSError where it cannot listen.
    """
    access = Access(origin=public_url)
    runner = web.AppRunner(make_app(_in_a_browser(command), access), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        address = public_url or f"http://{_named(host)}:{runner.addresses[0][1]}"
        ready(f"{address}/?token={access.token}")
        await stop.wait()
    finally:
        with suppress(TimeoutError):
            await runner.cleanup()


def is_loopback(host: str) -> bool:
    """Tell whether nobody but this machine can reach a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_a_browser(command: str) -> str:
    """Return a shell line that runs one with the environment of who visits, not with that of this process."""
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in THE_BROWSERS.items())
    return f"unset {' '.join(NOT_THE_BROWSERS)}; export {given}; {command}"


def _named(host: str) -> str:
    """Return a host as an address has it; what stands for every interface is this machine's name."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - asked for by --host
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
