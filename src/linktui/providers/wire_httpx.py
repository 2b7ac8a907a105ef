"""Uploads by httpx, and whatever has to go over a proxy or, in tests, over no network at all."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Mapping

import httpx

from linktui.model.capability import Connection
from linktui.model.errors import InvalidInput, Unavailable
from linktui.providers.request import Request
from linktui.providers.wire import CONNECT_TIMEOUT, broken, closed, too_late, unsent

# Their loggers would tell addresses, which are credentials.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

BIT = 512 * 1024
"""Bytes of a body that are handed over at once."""


class HttpxWire:
    """One client of httpx."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)

    async def send(self, request: Request, *, silence: float) -> HttpxReply:
        """Send a request and return its answer; raises Unavailable."""
        if self._client.is_closed:
            raise closed()
        times = {"connect": CONNECT_TIMEOUT, "read": silence, "write": silence, "pool": silence}
        try:
            asked = httpx.Request(
                request.method,
                request.url,
                headers=request.headers,
                content=_in_bits(request.body),
                extensions={"timeout": times},
            )
            return HttpxReply(await self._client.send(asked, stream=True))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # a header is ASCII
            raise _fault(error) from error
        except RuntimeError as error:
            if not self._client.is_closed:
                raise
            raise closed() from error

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


class HttpxReply:
    """An answer whose body is still to be read."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._pieces = response.aiter_bytes()

    @property
    def status(self) -> int:
        """Return the status."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers, whose names may be asked for in any case."""
        return self._response.headers

    async def piece(self) -> bytes:
        """Return what came next of the body, unpacked; nothing at its end; raises Unavailable."""
        try:
            return await anext(self._pieces, b"")
        except httpx.HTTPError as error:
            raise _fault(error) from error

    async def close(self) -> None:
        """Let go of the connection."""
        await self._response.aclose()


def open_transport(connection: Connection, tls: ssl.SSLContext | None) -> httpx.AsyncBaseTransport:
    """Return the transport for an account; raises InvalidInput for a proxy that is none.

    `tls` says whom to trust; without it that is left to httpx.
    """
    try:
        return httpx.AsyncHTTPTransport(verify=tls or True, proxy=connection.proxy or None, trust_env=False)
    except (ValueError, httpx.InvalidURL) as error:
        # It may hold a password, so it is not said.
        raise InvalidInput("proxy", "is no proxy's address") from error
    except ImportError as error:
        raise InvalidInput("proxy", "is socks5://, which needs the package socksio") from error


def _in_bits(body: bytes | AsyncIterator[bytes]) -> bytes | AsyncIterator[bytes]:
    """Return a long body bit by bit.

    Sent at once it would be copied as a whole on its way, and have to be through within one silence.
    """
    if not isinstance(body, bytes) or len(body) <= BIT:
        return body
    whole = memoryview(body)

    async def bits() -> AsyncIterator[bytes]:
        for at in range(0, len(whole), BIT):
            yield whole[at : at + BIT]  # type: ignore[misc]  # bytes as they are, uncopied

    return bits()


def _fault(error: Exception) -> Unavailable:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return unsent()
        case httpx.TimeoutException():
            return too_late()
        case _:
            return broken()
