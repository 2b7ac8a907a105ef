"""Fault 12: what is no clean HTTP/1.1 is refused or read in one way, and the next visitor is served."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from linktui.linkserver.server import LinkServer
from tests.faults.server.line import all_said, connected, said_to, statuses

POST = "POST /api/links HTTP/1.1\r\nHost: x\r\n"
GET = "GET /api/health HTTP/1.1\r\nHost: x\r\n"
SECOND = f"{GET}\r\n"
CHUNKED = f"{POST}AUTH\r\nTransfer-Encoding: chunked\r\n\r\n"
MANGLED = {
    "two lengths": f"{POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a list of lengths": f"{POST}Content-Length: 2, 2\r\n\r\nab",
    "+5": f"{POST}Content-Length: +5\r\n\r\nabcde",
    "-5": f"{POST}Content-Length: -5\r\n\r\nabcde",
    "0x5": f"{POST}Content-Length: 0x5\r\n\r\nabcde",
    "2^64": f"{POST}Content-Length: 18446744073709551616\r\n\r\na",
    "identity": f"{POST}Transfer-Encoding: identity\r\n\r\n{SECOND}",
    "xchunked": f"{POST}Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc",
    "two codings": f"{POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "space before the colon": f"{POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "no digit in a chunk's size": f"{CHUNKED}ZZ\r\nabc\r\n0\r\n\r\n{SECOND}",
    "a chunk of 2^68": f"{CHUNKED}fffffffffffffffff\r\nabc\r\n",
    "a chunk longer than said": f"{CHUNKED}2\r\nabcdef\r\n0\r\n\r\n{SECOND}",
    "bare LF after a chunk's size": f"{CHUNKED}1\n{{\r\n0\r\n\r\n{SECOND}",
    "bare LF in a chunk's extension": f"{CHUNKED}1;a\n{{\r\n0\r\n\r\n{SECOND}",
    "bare CR": f"{GET}X: a\rGET: b\r\n\r\n",
    "a folded line": f"{GET}X: a\r\n b\r\n\r\n",
    "NUL in a header": f"{GET}X: a\0b\r\n\r\n",
    "NUL in the path": "GET /l/\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    "5 000 headers": GET + "".join(f"X-{number}: y\r\n" for number in range(5000)) + "\r\n",
    "a header of 100 KB": f"{GET}X: {'y' * 100_000}\r\n\r\n",
    "an address of 100 KB": f"GET /{'a' * 100_000} HTTP/1.1\r\nHost: x\r\n\r\n",
    "5 000 trailers": f"{CHUNKED}1\r\n{{\r\n0\r\n{'X: y' * 5000}\r\n\r\n",
    "no Host": "GET /api/health HTTP/1.1\r\n\r\n",
    "two Hosts": "GET /api/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "an @ for a path": "GET @evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/3.0": "GET / HTTP/3.0\r\nHost: x\r\n\r\n",
    "an end too early": f"{POST}AUTH\r\nContent-Length: 50\r\n\r\nabc",
}


@pytest.fixture(autouse=True)
def no_traceback(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> object:
    """Fail a test after which a traceback stands on the terminal or in the log."""
    with caplog.at_level(logging.WARNING):
        yield
    told = "".join(capfd.readouterr()) + caplog.text
    assert "Traceback" not in told
    assert "panicked" not in told


@pytest.mark.parametrize("how", MANGLED)
async def test_fault_12_mangled_requests_are_refused_and_hung_up_on(
    server: LinkServer, owner: httpx.AsyncClient, how: str
) -> None:
    request = MANGLED[how].replace("AUTH", f"Authorization: {owner.headers['authorization']}")
    async with connected(server) as (reader, writer):
        writer.write(request.encode("latin-1"))
        if how == "an end too early":
            writer.write_eof()
        said = await all_said(reader)
    assert all(400 <= status < 500 for status in statuses(said)), said
    assert len(statuses(said)) <= 1
    assert (await owner.get("/api/health")).status_code == 200


async def test_fault_12_of_two_lengths_at_odds_one_is_taken_and_the_line_is_cut(server: LinkServer) -> None:
    """RFC 9112 section 6.1: the chunks count, and nothing more is read from that line."""
    both = f"{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SECOND}"
    assert statuses(await said_to(server, both.encode())) == [401]


async def test_fault_12_lines_that_end_in_lf_alone_are_one_request(server: LinkServer) -> None:
    """RFC 9112 section 2.2 allows to take them; then they must hide no second request."""
    lines = GET.replace("\r\n", "\n") + "Connection: close\n\n"
    assert statuses(await said_to(server, lines.encode())) == [200]
    hidden = f"{POST}Content-Length: 0\nConnection: close\r\n\r\n"
    assert statuses(await said_to(server, hidden.encode())) == [401]


async def test_fault_12_requests_in_one_go_are_answered_in_order(server: LinkServer) -> None:
    last = GET + "Connection: close\r\n\r\n"
    said = await said_to(server, (f"{SECOND}GET /nope HTTP/1.1\r\nHost: x\r\n\r\n" + last).encode())
    assert statuses(said) == [200, 404, 200]


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "PROPFIND", "A" * 5000, "get"])
async def test_fault_12_other_methods_do_nothing(server: LinkServer, method: str) -> None:
    request = f"{method} /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert statuses(await said_to(server, request.encode()))[0] in {400, 404, 405}


async def test_fault_12_an_upgrade_is_ignored(server: LinkServer) -> None:
    upgrade = f"{GET}Connection: upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"
    async with asyncio.timeout(60):
        assert statuses(await said_to(server, upgrade.encode())) == [200]
