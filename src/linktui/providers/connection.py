"""One connection to a service: a request is written at once, its answer read as it comes.

HTTP/1.1 (RFC 9112), parsed by llhttp. What it raises are httpx's errors, like every transport of httpx.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import AsyncIterator

import httptools
import httpx

LARGEST_HEAD = 100 * 1024
"""Bytes before the body that are read at most."""
PIECE = 64 * 1024
"""Bytes of a body that are handed on at a time, as each may unpack to a thousand times as many."""
SECOND_ADDRESS = 0.25
"""Seconds after which a host's next address is tried too (RFC 8305)."""

Headers = list[tuple[bytes, bytes]]


class Connection(asyncio.Protocol):
    """One connection, for one exchange at a time: `send`, `pieces` until they end, and again if `is_free`."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._loop = asyncio.get_running_loop()
        self._poll = select.poll()
        self._busy = False
        self._told = False
        """Whether the head of the answer is there, and is no passing one (1xx)."""
        self._whole = True
        self._fault: httpx.TransportError | None = None
        self._headers: Headers = []
        self._body: list[bytes] = []
        self._come = 0
        self._largest = 0
        self._waiter: asyncio.Future[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._silence: float | None = None
        self._unsent = 0
        self._last = 0.0
        """When a byte came last."""

    async def send(self, request: bytes, *, silence: float | None, largest: int) -> tuple[int, Headers]:
        """Send a whole request and return its answer's status and headers; raises httpx.TransportError.

        `silence` is the seconds without a byte after which it is given up, `largest` the bytes that are read.
        """
        if not self.is_free:
            raise httpx.ConnectError("closed there")  # nothing was sent
        self._busy, self._told, self._whole = True, False, False
        self._headers, self._body, self._come, self._largest = [], [], 0, largest
        self._silence, self._last = silence, self._loop.time()
        self._transport.write(request)
        self._unsent = self._transport.get_write_buffer_size()
        if silence is not None:
            self._alarm = self._loop.call_later(silence, self._listen)
        while not self._told:
            await self._more()
        return self._parser.get_status_code(), self._headers

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the answer's body as it comes; raises httpx.TransportError where it breaks off."""
        while self._body or not self._whole:
            if not self._body:
                await self._more()
            body, self._body = self._body, []
            for piece in body:
                for at in range(0, len(piece), PIECE):
                    yield piece[at : at + PIECE]

    def arrived(self) -> bytes | None:
        """Return the body if it is there whole and nobody read of it, else None."""
        return b"".join(self._body) if self._whole else None

    @property
    def is_free(self) -> bool:
        """Whether another request may be sent."""
        return not self._busy and not self._fault and not self._transport.is_closing()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing came since the last answer, which could only be the connection's end."""
        return self.is_free and not self._poll.poll(0)

    def close(self) -> None:
        """Close it, whatever is under way."""
        self._give_up(httpx.ReadError("closed here"))

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """Read on; what comes unasked is no answer."""
        if not self._busy:
            self.close()
            return
        self._last = self._loop.time()
        self._come += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._give_up(httpx.RemoteProtocolError("no HTTP"))
        if self._come > LARGEST_HEAD + (self._largest if self._told else 0) and not self._whole:
            self._give_up(httpx.RemoteProtocolError("too much"))
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """End the answer, well if its end was to be this."""
        if error is None and self._told and self._ends_by_closing():
            self._end()
        self._give_up(httpx.ReadError("closed there"))
        self._wake()

    # What the parser tells.

    def on_message_begin(self) -> None:
        """Take no second answer to one request: raising ends the parser."""
        if self._told:
            raise httpx.RemoteProtocolError("unasked")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Take the head of the answer for told, unless another one is to follow it."""
        if self._parser.get_status_code() >= 200:
            self._told = True

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(piece)

    def on_message_complete(self) -> None:
        """End the answer, if it was not a passing one."""
        if not self._told:
            self._headers = []
            return
        self._end()
        if not self._parser.should_keep_alive() or self._transport.get_write_buffer_size():
            self._transport.close()

    def _ends_by_closing(self) -> bool:
        return not {b"content-length", b"transfer-encoding"} & {name.lower() for name, _ in self._headers}

    def _end(self) -> None:
        self._whole, self._busy = True, False
        if self._alarm is not None:
            self._alarm.cancel()

    def _give_up(self, fault: httpx.TransportError) -> None:
        """Close the connection; what is under way fails."""
        if self._busy and self._fault is None:
            self._fault = fault
            self._wake()
        if self._alarm is not None:
            self._alarm.cancel()
        self._transport.abort()

    def _listen(self) -> None:
        """Give up an exchange in which nothing moved for too long."""
        assert self._silence is not None
        unsent, self._unsent = self._unsent, self._transport.get_write_buffer_size()
        now = self._loop.time()
        if self._unsent < unsent:
            self._last = now
        if now - self._last >= self._silence:
            self._give_up(httpx.ReadTimeout("silence"))
            return
        self._alarm = self._loop.call_at(self._last + self._silence, self._listen)

    async def _more(self) -> None:
        """Wait until more of the answer is there; raises httpx.TransportError."""
        if self._fault is not None:
            raise self._fault
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def connect(host: str, port: int, *, tls: ssl.SSLContext | None, seconds: float | None) -> Connection:
    """Open a connection; raises httpx.ConnectTimeout after `seconds`, and httpx.ConnectError."""
    try:
        async with asyncio.timeout(seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                Connection,
                host,
                port,
                ssl=tls,
                server_hostname=host if tls else None,
                happy_eyeballs_delay=SECOND_ADDRESS,
            )
    except TimeoutError as error:
        raise httpx.ConnectTimeout("no connection in time") from error
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError("no connection") from error
    return connection
