"""HTTP as somebody far away speaks it: one request a connection, given up when nothing comes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE = 6.0
"""Seconds without a byte."""
PIECE = 1 << 16
TROUBLE = (OSError, EOFError, TimeoutError, ValueError)
"""What a line that fails makes of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The head of an answer."""

    status: int
    headers: Mapping[str, str]

    @property
    def length(self) -> int:
        return int(self.headers["content-length"])


@dataclass(slots=True)
class Body:
    """What came of a body."""

    size: int = 0
    digest: str = ""
    _sha256: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self._sha256.update(piece)
        self.digest = self._sha256.hexdigest()


@asynccontextmanager
async def asked(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", pause: float = 0.0
) -> AsyncIterator[tuple[Answer, asyncio.StreamReader]]:
    """Send a request, with a pause after each piece of its body, and yield the answer as it begins.

    Raises one of TROUBLE.
    """
    parts = urlsplit(url)
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        named = {"Host": parts.netloc, "Connection": "close", "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        writer.write(f"{method} {parts.path} HTTP/1.1\r\n{lines}\r\n".encode())
        for first in range(0, len(body), PIECE):
            writer.write(body[first : first + PIECE])
            async with asyncio.timeout(PATIENCE):
                await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        yield _read_head(head), reader
    finally:
        writer.close()
        with suppress(*TROUBLE):
            async with asyncio.timeout(PATIENCE):
                await writer.wait_closed()


async def read_body(answer: Answer, reader: asyncio.StreamReader, body: Body) -> None:
    """Read into `body` until all is there; raises one of TROUBLE."""
    while body.size < answer.length:
        async with asyncio.timeout(PATIENCE):
            piece = await reader.read(PIECE)
        if not piece:
            raise EOFError
        body.add(piece)


def _read_head(head: bytes) -> Answer:
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(status=int(first.split()[1]), headers=headers)
