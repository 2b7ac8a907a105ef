"""A stand-in for Stripe's file links in a process of its own: it answers quickly, and after a set time.

Written on bare protocols, so that what is measured is the client. It has as many links as are asked for, each
made a second after the one before, and says of a changed one what it was told, but remembers nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

LINKS = 5_000
PAGE = 100
_CREATED = 1680116847
_EXPIRES = 2145916800
LINK: dict[str, Any] = {
    "id": "link_1Mr23pLkdIwHu7ixTVAEsbNr",
    "object": "file_link",
    "created": _CREATED,
    "expired": False,
    "expires_at": _EXPIRES,
    "file": {
        "id": "file_1Mr23iLkdIwHu7ixIFkPS7gT",
        "object": "file",
        "created": 1680116839,
        "expires_at": None,
        "filename": "invoice-2023-03.pdf",
        "links": {"object": "list", "data": [], "has_more": False, "url": "/v1/file_links"},
        "purpose": "dispute_evidence",
        "size": 922_114,
        "title": None,
        "type": "pdf",
        "url": "https://files.stripe.com/v1/files/file_1Mr23iLkdIwHu7ixIFkPS7gT/contents",
    },
    "livemode": False,
    "metadata": {"case": "1729"},
    "url": "https://files.stripe.com/links/MDB8YWNjdF8xTTJKVGtMa2RJd0h1N2l4fGZsX3Rlc3RfZ2hS",
}
_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"Server: nginx\r\n"
    b"Date: Sat, 21 Nov 2026 12:00:00 GMT\r\n"
    b"Content-Type: application/json\r\n"
    b"Content-Length: %d\r\n"
    b"Connection: keep-alive\r\n"
    b"Access-Control-Allow-Credentials: true\r\n"
    b"Cache-Control: no-cache, no-store\r\n"
    b"Idempotency-Key: 6a1c8f7e-1111-2222-3333-444455556666\r\n"
    b"Original-Request: req_Wr1dMyC6Vqk1bN\r\n"
    b"Request-Id: req_Wr1dMyC6Vqk1bN\r\n"
    b"Stripe-Should-Retry: false\r\n"
    b"Stripe-Version: 2026-01-28.preview\r\n"
    b"Strict-Transport-Security: max-age=63072000; includeSubDomains; preload\r\n"
    b"\r\n"
)
_ID = re.compile(rb"link_(\d{4})")
_END = re.compile(rb"expires_at=(\d+)")


def link(number: int, *, expires_at: int = _EXPIRES) -> dict[str, Any]:
    """Return one of the links as Stripe tells it."""
    return LINK | {"id": f"link_{number:04}", "created": _CREATED + number, "expires_at": expires_at}


_CHANGED = json.dumps(link(1234, expires_at=1111111111), indent=2).encode()


def answer_to(request: bytes) -> bytes:
    """Return what is said to a request: how the link is now, or a page of the list."""
    line, _, rest = request.partition(b"\r\n")
    named, end = _ID.search(line), _END.search(rest)
    if line.startswith(b"GET"):
        return _whole(_page(line.split()[1].decode()))
    changed = _CHANGED.replace(b"1234", named[1]) if named else _CHANGED
    return _whole(changed.replace(b"1111111111", end[1]) if end else changed)


def _page(path: str) -> bytes:
    """Return a page of the list: newest first, of a span of time, from behind a link on."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    first = max(0, int(asked.get("created[gte]", "0")) - _CREATED)
    last = min(LINKS - 1, int(asked.get("created[lte]", "9999999999")) - _CREATED)
    if "starting_after" in asked:
        last = int(asked["starting_after"].removeprefix("link_")) - 1
    until = max(first, last - PAGE + 1)
    more = b"true" if until > first else b"false"
    rows = b",".join(_row(number) for number in range(last, until - 1, -1))
    return b'{"object": "list", "url": "/v1/file_links", "has_more": %s, "data": [%s]}' % (more, rows)


@cache
def _row(number: int) -> bytes:
    return json.dumps(link(number), indent=2).encode()


def _whole(body: bytes) -> bytes:
    return _HEAD % len(body) + body


class Connection(asyncio.Protocol):
    """One connection; a request is answered once it is there whole."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._come = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Set the answer's time for each whole request."""
        self._come += data
        while (end := self._come.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + _length(self._come[:end].lower())
            if len(self._come) < whole:
                return
            answer, self._come = answer_to(self._come[:whole]), self._come[whole:]
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, answer)


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def serve(seconds: float) -> None:
    """Say the port on stdout and answer for ever."""
    for number in range(LINKS):
        _row(number)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(seconds), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def standing_in(*, seconds: float) -> Iterator[str]:
    """Yield the address of a server that takes `seconds` to answer."""
    command = [sys.executable, __file__, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.kill()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
