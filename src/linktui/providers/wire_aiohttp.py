"""Calls and downloads by aiohttp, which needs a third of httpx's time for each and for each byte."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Mapping
from functools import lru_cache

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.http import HttpProcessingError
from yarl import URL

from linktui.model.errors import Unavailable
from linktui.providers.request import Request
from linktui.providers.wire import CONNECT_TIMEOUT, broken, closed, too_late, unsent

logging.getLogger("aiohttp").setLevel(logging.WARNING)

MOST = 100
"""Calls under way at once."""
IDLE = 4.5
"""Seconds that a connection is kept for the next call: many servers end it after five."""
LONGEST_HEADER = 64 * 1024
"""Bytes of one header of an answer that are read at most."""
_FAULTS = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError)
"""What aiohttp raises; ValueError is a header of several lines, or a host that is no name."""


class AiohttpWire:
    """One session of aiohttp."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        """`tls` says whom to trust; without it that is left to aiohttp."""
        self._slots = asyncio.Semaphore(MOST)
        self._under_way: set[aiohttp.ClientResponse] = set()
        self._session = aiohttp.ClientSession(
            # Its own limit and its cache of names would end, at closing, those who wait as if cancelled.
            connector=aiohttp.TCPConnector(
                ssl=tls or True,
                limit=0,
                keepalive_timeout=IDLE,
                resolver=_Resolver(),
                use_dns_cache=False,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            middlewares=(_once,),
            trust_env=False,
        )

    async def send(self, request: Request, *, silence: float) -> AiohttpReply:
        """Send a request whose body is bytes and return its answer; raises Unavailable."""
        assert isinstance(request.body, bytes)
        await self._slots.acquire()
        try:
            if self._session.closed:
                raise closed()
            response = await self._session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body or None,
                allow_redirects=False,
                timeout=_timeout(silence),
                # Else it says that no body is a stream of bytes.
                skip_auto_headers=None if "content-type" in request.headers else ("Content-Type",),
            )
        except _FAULTS as error:
            self._slots.release()
            raise closed() if self._session.closed else _fault(error) from error
        except BaseException:
            self._slots.release()
            raise
        self._under_way.add(response)
        if response.status < 200:  # it went over to another protocol
            self.end(response)
            raise broken()
        return AiohttpReply(response, self)

    def end(self, response: aiohttp.ClientResponse) -> None:
        """Let the next call have an answer's turn, and its connection if it was read to its end."""
        self._under_way.discard(response)
        self._slots.release()
        response.release()

    async def close(self) -> None:
        """Close every connection, and so end what is under way."""
        for response in self._under_way:  # the session would leave those who read them waiting
            response.close()
        await self._session.close()


class AiohttpReply:
    """An answer; its body is read at the speed at which it is asked for."""

    def __init__(self, response: aiohttp.ClientResponse, wire: AiohttpWire) -> None:
        self._response = response
        self._wire = wire

    @property
    def status(self) -> int:
        """Return the status."""
        return self._response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers, whose names may be asked for in any case."""
        return self._response.headers

    async def piece(self) -> bytes:
        """Return what came next of the body, unpacked; nothing at its end; raises Unavailable."""
        try:
            return await self._response.content.readany()
        except _FAULTS as error:
            raise _fault(error) from error

    async def close(self) -> None:
        """Let go of the connection."""
        self._wire.end(self._response)


class _Resolver(aiohttp.ThreadedResolver):
    """Looks addresses up within a time: aiohttp's own bound on that costs every call a timer."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                return await super().resolve(host, port, family)
        except TimeoutError as error:
            raise OSError(errno.ETIMEDOUT, "no address in time") from error


class _Broken(aiohttp.ClientError):
    """A connection that ended under a call; at this error aiohttp tries nothing again by itself."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Leave it to us whether a call is sent twice."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Broken from error


@lru_cache(maxsize=16)
def _timeout(silence: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT, sock_read=silence)


def _fault(error: Exception) -> Unavailable:
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | UnicodeError():
            return unsent()
        case TimeoutError():
            return too_late()
        case _:
            return broken()
