"""A response of many bytes that counts before the last one is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from linktui.linkserver.errors import Disconnected
from linktui.linkserver.limits import SEND_IDLE
from linktui.linkserver.tally import Tally

Piece = tuple[bytes, bool]
"""Some bytes, and whether they are the last."""
_NOTHING: Piece = (b"", True)


class Stream(Response):
    """Sends pieces as they come; whoever has all of them is in the tally, be it that the server dies then.

    One who leaves while the last piece is on its way may have it, and stays counted.
    """

    def __init__(
        self,
        pieces: AsyncIterator[Piece],
        *,
        status: int,
        headers: Mapping[str, str],
        stopping: asyncio.Event,
        tally: Tally | None,
    ) -> None:
        """Without a `tally` nobody counts."""
        self.status_code = status
        self.background = None
        self.body = b""
        self.raw_headers = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
        ]
        self._pieces = pieces
        self._stopping = stopping
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, unless the client goes away or the server stops."""
        sent, lost = 0, False
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            # Before anything is promised: what cannot be read is then said, not broken off.
            first = await anext(self._pieces, None) or _NOTHING
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            async for piece, last in _from(first, self._pieces):
                # Once the client is gone, sending ends at once and for ever: without a pause here nothing
                # else would get its turn, nor the word that it is gone.
                await asyncio.sleep(0)
                self._require(gone)
                if last and self._tally is not None:
                    await self._tally.count(sent + len(piece))
                    self._require(gone)
                await _patiently(send({"type": "http.response.body", "body": piece, "more_body": True}))
                sent += len(piece)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Disconnected:
            lost = True
            raise
        finally:
            gone.cancel()
            if self._tally is not None:
                await asyncio.shield(asyncio.ensure_future(self._tally.end(sent, lost=lost)))

    def _require(self, gone: asyncio.Future[None]) -> None:
        if gone.done() or self._stopping.is_set():
            raise Disconnected


async def _from(first: Piece, rest: AsyncIterator[Piece]) -> AsyncIterator[Piece]:
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
