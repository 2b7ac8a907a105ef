"""A line to a server that fails as it is told to: lost answers, resets, stalls, flipped bits, slowness."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

_REQUEST = re.compile(rb"(?:^|\r\n)?(POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r\n")


NOBODY = 1
"""A port where nobody answers."""


class Fault(Enum):
    """What is done to a connection."""

    LOSE_ANSWER = auto()
    """The server does it all, and the connection breaks before a byte of its answer."""
    RESET = auto()
    """The connection breaks after `at` bytes of the write went to the server."""
    HALF_CLOSE = auto()
    """The server is told that nothing more comes after `at` bytes, and its answer is let through."""
    STALL = auto()
    """Nothing more goes through after `at` bytes, and the connection stays open."""
    FLIP = auto()
    """One bit of byte `at` is another when it arrives."""
    DRIP = auto()
    """From then on bytes go through a few at a time."""


@dataclass
class Proxy:
    """A listening line; one fault strikes one write, counted from the one after `fail`."""

    port: int = 0
    target: int = 0
    writes: list[str] = field(default_factory=list)
    """The method and path of every write that went through."""
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    on_write: Callable[[str], object] = str
    """Is told of each before its server is."""
    _fault: Fault | None = None
    _countdown: int = 0
    _at: int = 0
    _open: set[asyncio.WriteTransport] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, fault: Fault, *, write: int = 1, at: int = 0) -> None:
        """Have a fault strike the given write from now on, where it matters at its byte `at`."""
        self._fault, self._countdown, self._at = fault, write, at
        self.struck.clear()
        self.writes.clear()

    def heal(self) -> None:
        self._fault = None

    async def visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        line = _Line(self, reader, writer, there, back)
        for end in (writer, back):
            self._open.add(end.transport)
        try:
            await line.carry()
        finally:
            for end in (writer, back):
                self._open.discard(end.transport)
                end.close()

    def lead_to(self, port: int) -> None:
        """Have somebody else at the other end from now on (or nobody), and break what is open."""
        self.target = port
        for transport in list(self._open):
            transport.abort()

    def take(self, data: bytes) -> Fault | None:
        """Note the write that begins in `data`, and return the fault that strikes it."""
        begun = _REQUEST.search(data)
        if begun is None:
            return None
        self.writes.append(f"{begun[1].decode()} {begun[2].decode()}")
        self.on_write(self.writes[-1])
        if self._fault is None:
            return None
        self._countdown -= 1
        if self._countdown:
            return None
        fault, self._fault = self._fault, None
        self.struck.set()
        return fault

    @property
    def at(self) -> int:
        return self._at


class _Line:
    """One connection, carried both ways."""

    def __init__(
        self,
        proxy: Proxy,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._near, self._far = (reader, writer), (there, back)
        self._fault: Fault | None = None
        self._passed = 0

    async def carry(self) -> None:
        ways = {asyncio.ensure_future(self._up()), asyncio.ensure_future(self._down())}
        _, pending = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if self._fault in {Fault.HALF_CLOSE, Fault.STALL} and pending:
            await asyncio.wait(pending)
        for way in pending:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _up(self) -> None:
        while data := await self._near[0].read(1 << 16):
            self._fault = self._proxy.take(data) or self._fault
            await self._send(bytearray(data))
            self._passed += len(data) if self._fault else 0
            if self._passed >= self._proxy.at and self._fault in {Fault.RESET, Fault.HALF_CLOSE}:
                self._break()
                return
            if self._passed >= self._proxy.at and self._fault is Fault.STALL:
                return

    async def _send(self, data: bytearray) -> None:
        at = self._proxy.at - self._passed
        if self._fault is Fault.FLIP and 0 <= at < len(data):
            data[at] ^= 1
        elif self._fault in {Fault.RESET, Fault.HALF_CLOSE, Fault.STALL}:
            del data[max(0, at) :]
        step = 4096 if self._fault is Fault.DRIP else len(data)
        for first in range(0, len(data), max(1, step)):
            self._far[1].write(data[first : first + step])
            await self._far[1].drain()

    def _break(self) -> None:
        if self._fault is Fault.HALF_CLOSE:
            self._far[1].write_eof()
        else:
            self._near[1].transport.abort()
            self._far[1].transport.abort()

    async def _down(self) -> None:
        while data := await self._far[0].read(1 << 16):
            if self._fault is Fault.LOSE_ANSWER:
                self._near[1].transport.abort()
                return
            if self._fault is Fault.STALL:
                continue
            self._near[1].write(data)
            await self._near[1].drain()


@asynccontextmanager
async def listening() -> AsyncIterator[Proxy]:
    """Yield a proxy whose target is still to be said."""
    proxy = Proxy()
    visits: set[asyncio.Task[None]] = set()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        visits.add(visit)
        try:
            await proxy.visited(reader, writer)
        except OSError:  # nobody is at the other end
            writer.transport.abort()

    server = await asyncio.start_server(visited, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for transport in list(proxy._open):
            transport.abort()
        if visits:
            await asyncio.wait(visits)
        await server.wait_closed()
