"""The screens in a browser are for whoever has the address alone, and load nothing from elsewhere."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from linktui.cli.main import main
from tests.cli.conftest import Shell

pytest.importorskip("textual_serve")

from linktui.web.access import read_origin
from linktui.web.server import is_loopback, serve

SAYS_HELLO = "printf '__GANGLION__\\nD\\000\\000\\000\\005%s' ${DISPLAY:-hello}; cat >/dev/null"
"""A program as textual-serve expects it: what it draws comes in packets."""


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Serve a program and return the address that is printed."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    serving = asyncio.create_task(
        serve(SAYS_HELLO, host="127.0.0.1", port=0, public_url="", ready=ready.set_result, stop=stop)
    )
    yield await ready
    stop.set()
    await serving


@pytest.fixture(autouse=True)
def _keep_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TERM", "COLORTERM", "TMUX", "DISPLAY"):
        monkeypatch.setenv(name, "as it was")


async def test_nobody_gets_in_without_the_token(address: str) -> None:
    origin = f"http://{urlsplit(address).netloc}"
    async with aiohttp.ClientSession() as stranger:
        for path in (
            "/",
            "/?token=",
            "/?token=wrong",
            "/static/js/textual.js",
            "/static/",
            "/download/x",
            "/nothing",
        ):
            async with stranger.get(origin + path) as answer:
                assert answer.status == 403, path
                assert "linktui web" in await answer.text()
                assert not answer.cookies
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await stranger.ws_connect(f"{origin}/ws", origin=origin)


async def test_the_token_lets_a_browser_in_and_is_not_asked_for_again(address: str) -> None:
    origin = f"http://{urlsplit(address).netloc}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(address) as answer:
            [cookie] = answer.cookies.values()
            assert cookie["httponly"]
            assert cookie["samesite"] == "Strict"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert urlsplit(address).query not in await answer.text()
            assert cookie.value not in address
        async with browser.get(f"{origin}/") as answer:
            page = await answer.text()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        for place in re.findall(r'(?:src|href)="([^"]+)"|url\(([^)]+)\)', page):
            path = "".join(place)
            assert path.startswith(("/", "data:,"))
            if path.startswith("/"):
                async with browser.get(origin + path) as answer:
                    assert answer.status == 200, path
        async with browser.get(f"{origin}/static/") as answer:
            assert answer.status == 403  # no list of what there is
        for other in (None, "http://elsewhere.example", origin.replace("http", "https")):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await browser.ws_connect(f"{origin}/ws", origin=other)
        async with browser.ws_connect(f"{origin}/ws?width=80&height=24", origin=origin) as terminal:
            assert (await terminal.receive()).data == b"hello"
    assert os.environ["DISPLAY"] == "as it was"  # for a browser on this desktop, and not for the program


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://Files.Example:443/", "https://files.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_public_url_is_read_as_browsers_say_where_a_page_is_from(written: str, read: str) -> None:
    assert read_origin(written) == read


@pytest.mark.parametrize("url", ["https://", "https://a.example/x", "https://a.example/?x", "http://a b:c"])
def test_a_public_url_that_could_serve_no_page_is_refused(shell: Shell, url: str) -> None:
    shell.run("web", "--public-url", url, code=2)
    assert "--public-url" in shell.narration


def test_only_this_machines_own_addresses_are_called_so() -> None:
    own, others = ("127.0.0.1", "::1", "localhost"), ("0.0.0.0", "192.168.1.2", "box")
    assert all(map(is_loopback, own))
    assert not any(map(is_loopback, others))


def test_without_its_extra_it_says_what_to_install(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    monkeypatch.delitem(sys.modules, "linktui.web.server")
    assert main(["web"]) == 13
    assert "pip install 'linktui[web]'" in capsys.readouterr().err


def test_a_port_that_is_none_or_an_address_that_is_none_is_refused(shell: Shell) -> None:
    shell.run("web", "--port", "70000", code=2)
    shell.run("web", "--public-url", "files.example", code=2)
    shell.run("web", "--host", "203.0.113.9", code=5)
    assert "203.0.113.9 can be reached by others" in shell.narration
    assert "Cannot listen on 203.0.113.9" in shell.narration
