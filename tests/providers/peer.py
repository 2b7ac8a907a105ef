"""A service on a real socket that plays a script: what each connection reads, answers, and when it ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from linktui.model.call import Call
from linktui.model.capability import Account, Connection, Limits
from linktui.providers.context import Context
from linktui.providers.http import HttpClient
from tests.fakes import Clock

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

USUAL = Connection()
Script = Callable[["Visit"], Awaitable[None]]


@dataclass
class Visit:
    """One connection that the peer took."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    peer: Peer

    async def request(self) -> bytes:
        """Read one request, head and body, and keep it."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        _, found, rest = head.lower().partition(b"content-length:")
        body = await self.reader.readexactly(int(rest.partition(b"\r\n")[0])) if found else b""
        self.peer.asked.append(head + body)
        return head + body

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """End the connection with what TCP calls a reset."""
        self.writer.transport.abort()

    def leave(self) -> None:
        """End the connection as usual, after what was said."""
        self.writer.close()


@dataclass
class Peer:
    """The server: its port, the requests it was sent, the connections it took."""

    port: int = 0
    asked: list[bytes] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a connection was ended, by either side."""
    calls: list[Call] = field(default_factory=list)
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def client(self, settings: Connection = USUAL, *, url: str = "") -> AsyncIterator[HttpClient]:
        connection = replace(settings, rate=1e6)
        account = Account(name="a", provider="fake", limits=Limits(), connection=connection)
        context = Context(account=account, clock=Clock(), note=self.calls.append, sleep=at_once)
        opened = HttpClient(context, url or self.url)
        try:
            yield opened
        finally:
            await opened.close()


async def at_once(seconds: float) -> None:
    """Let no time pass."""


@asynccontextmanager
async def playing(
    script: Script, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Peer]:
    """Yield a peer that plays `script` on every connection."""
    peer = Peer(scheme="https" if tls else "http")
    plays: set[asyncio.Task[None]] = set()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        play = asyncio.current_task()
        assert play is not None
        plays.add(play)
        visit = Visit(reader, writer, peer)
        peer.visits.append(visit)
        try:
            await script(visit)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            peer.gone.set()

    server = await asyncio.start_server(visited, host, 0, ssl=tls)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for visit in peer.visits:
            visit.reset()
        if plays:
            await asyncio.wait(plays)
        await server.wait_closed()


async def answering(visit: Visit) -> None:
    """Answer every request well, on one connection."""
    while True:
        await visit.request()
        await visit.say(OK)
