"""An account's line to the network, which sends each request by the library that is best at it."""

from __future__ import annotations

import asyncio
import ssl

import httpx

from linktui.model.capability import Connection
from linktui.providers.request import Request
from linktui.providers.tls import trust
from linktui.providers.wire import Reply, Wire
from linktui.providers.wire_httpx import HttpxWire, open_transport

LONGEST_BODY = 32 * 1024
"""Bytes of a short call's body: as many as leave at once, so that nothing waits on the way out."""


class Line:
    """One account's connections."""

    def __init__(self, usual: Wire, short_bodies: Wire | None = None) -> None:
        """`short_bodies` is for requests that leave at once, whatever comes back."""
        self._usual = usual
        self._short_bodies = short_bodies
        self.is_closed = False

    async def send(self, request: Request, *, silence: float) -> Reply:
        """Send a request once and return its answer, as every Wire does."""
        short = isinstance(request.body, bytes) and len(request.body) <= LONGEST_BODY
        wire = self._short_bodies if short and self._short_bodies else self._usual
        return await wire.send(request, silence=silence)

    async def close(self) -> None:
        """Close every connection."""
        self.is_closed = True
        for wire in (self._usual, self._short_bodies):
            if wire is not None:
                await wire.close()


async def open_line(
    connection: Connection, base_url: str, transport: httpx.AsyncBaseTransport | None
) -> Line:
    """Return the line of an account; `transport` stands in for the network.

    Raises InvalidInput for a proxy that is none, and what `trust` raises.
    """
    if transport is not None:
        return Line(HttpxWire(transport))
    tls = await asyncio.to_thread(_prepare, connection, base_url)
    usual = HttpxWire(open_transport(connection, tls))
    if connection.proxy:
        return Line(usual)
    from linktui.providers.wire_aiohttp import AiohttpWire

    return Line(usual, AiohttpWire(tls))


def _prepare(connection: Connection, base_url: str) -> ssl.SSLContext | None:
    """Do what takes long enough to hold up a screen: import aiohttp, read certificates."""
    if not connection.proxy:
        import linktui.providers.wire_aiohttp  # noqa: F401
    if not base_url.startswith("https:"):
        return None
    tls = trust(connection, base_url)
    tls.set_alpn_protocols(["http/1.1"])
    return tls
