"""A stand-in for Stripe's file links in a process of its own: it answers quickly, and after a set time.

Written on bare protocols, so that what is measured is the client.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LINK = {
    "id": "link_1Mr23pLkdIwHu7ixTVAEsbNr",
    "object": "file_link",
    "created": 1680116847,
    "expired": False,
    "expires_at": 2145916800,
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
_BODY = json.dumps(LINK, indent=2).encode()
_ANSWER = (
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
    b"\r\n%s"
) % (len(_BODY), _BODY)


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
            self._come = self._come[whole:]
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, _ANSWER)


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def serve(seconds: float) -> None:
    """Say the port on stdout and answer for ever."""
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
