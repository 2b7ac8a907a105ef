"""The transport of most calls: short requests and answers over kept connections, at little cost each.

httpx's own pool looks at every connection for every call, which with 64 under way at once takes ten times as
long as the call itself. It still does what this one does not: bodies that are streams, HEAD, proxies.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator

import httpx

from linktui.providers.connection import Connection, connect

WHOLE = "linktui.whole"
"""The extension of a request whose answer is read at once, up to so many bytes, and so may go this way."""
MOST = 100
"""Calls under way at once."""
IDLE = 5.0
"""Seconds that a connection is kept for the next call."""

Origin = tuple[str, str, int]


class Pool(httpx.AsyncBaseTransport):
    """Connections to any origin, each used by one call after the other."""

    def __init__(self, tls: ssl.SSLContext | None, *, others: httpx.AsyncBaseTransport) -> None:
        """`others` is the transport of the requests that this one leaves alone."""
        if tls is not None:
            tls.set_alpn_protocols(["http/1.1"])
        self._tls = tls
        self._others = others
        self._slots = asyncio.Semaphore(MOST)
        self._idle: defaultdict[Origin, list[tuple[float, Connection]]] = defaultdict(list)
        self._busy: set[Connection] = set()
        self._sweeping: asyncio.TimerHandle | None = None
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, its body still to be read; raises httpx.TransportError."""
        if not self._takes(request):
            return await self._others.handle_async_request(request)
        timeout = request.extensions["timeout"]
        data = _bytes_of(request)
        await self._turn(timeout["pool"])
        connection: Connection | None = None
        try:
            origin = _origin(request.url)
            connection = await self._take(origin, timeout["connect"])
            status, headers = await connection.send(
                data, silence=timeout["read"], largest=request.extensions[WHOLE]
            )
        except BaseException:  # a cancelled call, too, leaves a connection that nobody else may use
            self.give_back(origin, connection)
            raise
        return httpx.Response(
            status, headers=headers, stream=_Body(self, origin, connection), request=request
        )

    async def aclose(self) -> None:
        """Close every connection, and so end what is under way."""
        self._closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in [*self._busy, *(one for kept in self._idle.values() for _, one in kept)]:
            connection.close()
        self._idle.clear()
        await self._others.aclose()

    def _takes(self, request: httpx.Request) -> bool:
        return (
            WHOLE in request.extensions
            and request.method != "HEAD"
            and isinstance(request.stream, httpx.ByteStream)
            and request.url.scheme in ({"http"} if self._tls is None else {"http", "https"})
        )

    async def _turn(self, seconds: float | None) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._slots.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("every connection is in use") from error

    async def _take(self, origin: Origin, seconds: float | None) -> Connection:
        idle = self._idle[origin]
        while idle:
            _, connection = idle.pop()
            if connection.is_quiet:
                break
            connection.close()
        else:
            scheme, host, port = origin
            tls = None if scheme == "http" else self._tls
            connection = await connect(host, port, tls=tls, seconds=seconds)
        if self._closed:
            connection.close()
            raise RuntimeError("closed while a call waited")
        self._busy.add(connection)
        return connection

    def give_back(self, origin: Origin, connection: Connection | None) -> None:
        """Let the next call have its turn, and the connection if it is fit for another one."""
        self._slots.release()
        if connection is None:
            return
        self._busy.discard(connection)
        if self._closed or not connection.is_free:
            connection.close()
            return
        loop = asyncio.get_running_loop()
        self._idle[origin].append((loop.time(), connection))
        if self._sweeping is None:
            self._sweeping = loop.call_later(IDLE, self._sweep)

    def _sweep(self) -> None:
        """Close what nobody needed for a while, and look again later if anything is left."""
        self._sweeping = None
        loop = asyncio.get_running_loop()
        for origin, kept in list(self._idle.items()):
            for since, connection in kept:
                if since + IDLE <= loop.time():
                    connection.close()
            self._idle[origin] = [one for one in kept if one[1].is_free]
        self._idle = defaultdict(list, {origin: kept for origin, kept in self._idle.items() if kept})
        if self._idle:
            self._sweeping = loop.call_later(IDLE, self._sweep)


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closing it gives its connection back."""

    def __init__(self, pool: Pool, origin: Origin, connection: Connection) -> None:
        self._pool = pool
        self._origin = origin
        self._connection: Connection | None = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert self._connection is not None
        async for piece in self._connection.pieces():
            yield piece

    def arrived(self) -> bytes | None:
        return None if self._connection is None else self._connection.arrived()

    async def aclose(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._pool.give_back(self._origin, connection)


def arrived(response: httpx.Response) -> bytes | None:
    """Return the body of an answer that is there whole, as it came; None if it is still to be read.

    That is so of nearly every short answer, and saves the half of the time that reading takes.
    """
    stream = response.stream
    return stream.arrived() if isinstance(stream, _Body) else None


def _origin(url: httpx.URL) -> Origin:
    return (url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))


def _bytes_of(request: httpx.Request) -> bytes:
    """Return a request as it is sent; raises httpx.LocalProtocolError for a header of several lines."""
    lines = [b"%s: %s" % header for header in request.headers.raw]
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1 or b"\0" in head:
        raise httpx.LocalProtocolError("a header of several lines")
    start = b"%s %s HTTP/1.1\r\n" % (request.method.encode("ascii"), request.url.raw_path)
    return start + head + b"\r\n\r\n" + request.content
