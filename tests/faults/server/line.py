"""A plain connection to the server: what is sent is exactly what the test says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from linktui.linkserver.server import LinkServer

PATIENCE = 10
"""Seconds for the server's answer; a test that waits this long has failed."""

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(server: LinkServer) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def all_said(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server hangs up, also by a reset."""
    said = bytearray()
    async with asyncio.timeout(PATIENCE):
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                said += data
    return bytes(said)


async def said_to(server: LinkServer, request: bytes) -> bytes:
    """Send and return all that is answered until the server hangs up."""
    async with connected(server) as (reader, writer):
        with suppress(ConnectionError):
            writer.write(request)
            await writer.drain()
        return await all_said(reader)


async def status_of(
    server: LinkServer, target: str | bytes, *, method: str = "GET", headers: str = ""
) -> int:
    """Ask for a target as it is written, which no client library would send; return the status."""
    raw = target.encode() if isinstance(target, str) else target
    head = f" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"
    answer = await said_to(server, method.encode() + b" " + raw + head.encode())
    return int(answer.split(b" ", 2)[1])


def statuses(said: bytes) -> list[int]:
    """Return the status of every answer in what was said."""
    return [int(found[1]) for found in re.finditer(rb"HTTP/1\.[01] (\d{3}) ", said)]
