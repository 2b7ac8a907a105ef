"""A response of many bytes that knows whether the last one was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from linktui.linkserver.errors import Disconnected
from linktui.linkserver.limits import SEND_IDLE

Ended = Callable[[bool, int], Awaitable[None]]


class Stream(Response):
    """Sends pieces as they come and reports the end: (whether all was sent, bytes sent)."""

    def __init__(
        self,
        pieces: AsyncIterator[bytes],
        *,
        status: int,
        headers: Mapping[str, str],
        stopping: asyncio.Event,
        ended: Ended,
    ) -> None:
        self.status_code = status
        self.background = None
        self.body = b""
        self.raw_headers = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
        ]
        self._pieces = pieces
        self._stopping = stopping
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, unless the client goes away or the server stops."""
        sent, complete = 0, False
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            # Before anything is promised: what cannot be read is then said, not broken off.
            first = await anext(self._pieces, b"")
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            async for piece in _from(first, self._pieces):
                # Once the client is gone, sending ends at once and for ever: without a pause here nothing
                # else would get its turn, nor the word that it is gone.
                await asyncio.sleep(0)
                if gone.done() or self._stopping.is_set():
                    raise Disconnected
                await _patiently(send({"type": "http.response.body", "body": piece, "more_body": True}))
                sent += len(piece)
            complete = not gone.done()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            await asyncio.shield(asyncio.ensure_future(self._ended(complete, sent)))


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in rest:
        yield piece


async def _patiently(sending: Awaitable[None]) -> None:
    """Raise Disconnected when the reader takes nothing: it would hold a download of the link for ever."""
    try:
        async with asyncio.timeout(SEND_IDLE):
            await sending
    except TimeoutError:
        raise Disconnected from None


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
