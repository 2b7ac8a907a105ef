"""One request on its way: its turn awaited before, its end noted after, its answer read within bounds."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

import httpx

from linktui.model.errors import Unavailable, Unintelligible
from linktui.providers.line import Line
from linktui.providers.pool import arrived
from linktui.providers.rate import Bucket

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are read at most: no list page comes near it."""
CLOSED = "the connection was closed here"
UNSENT = "unsent"
"""The code of an Unavailable whose call never left this machine."""

Note = Callable[[httpx.Request, httpx.Response | None, float, str], None]
"""Takes a request, its answer if one came, when it began (seconds of a monotonic clock), and what failed."""


class Sending:
    """One request under way, its turn awaited before and its end noted after."""

    def __init__(
        self,
        line: Line,
        request: httpx.Request,
        *,
        follow: bool,
        bucket: Bucket,
        note: Note,
        silence: str,
    ) -> None:
        """With `follow` the answer says where it redirects to."""
        self._line = line
        self._send = line.follow if follow else line.send
        self._request = request
        self._bucket = bucket
        self._note = note
        self._silence = silence
        self._response: httpx.Response | None = None

    async def __aenter__(self) -> httpx.Response:
        await self._bucket.take()
        began = time.monotonic()
        try:
            self._response = await self._send(self._request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = _reason(error)
            self._note(self._request, None, began, reason)
            # The text of httpx's errors may hold the address, and that is a credential: say the kind only.
            unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            if unsent:
                raise Unavailable(self._silence or reason, code=UNSENT) from error
            raise Unavailable(reason) from error
        except RuntimeError as error:
            if not self._line.is_closed:
                raise
            raise Unavailable(CLOSED) from error
        self._note(self._request, self._response, began, "")
        return self._response

    async def __aexit__(self, *_: object) -> None:
        if self._response is not None:
            await self._response.aclose()


async def read_whole(response: httpx.Response) -> bytes:
    """Return a whole body; raises Unintelligible for one that is too large, and Unavailable."""
    whole = None if "content-encoding" in response.headers else arrived(response)
    if whole is not None and len(whole) <= LARGEST_ANSWER:
        return whole
    body = bytearray()
    async for piece in pieces_of(response):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise Unintelligible("the answer is too large", status=response.status_code)
    return bytes(body)


async def pieces_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield a body as it comes; raises Unavailable where the connection breaks."""
    try:
        async for piece in response.aiter_bytes():
            yield piece
    except httpx.HTTPError as error:
        raise Unavailable(_reason(error)) from error


def _reason(error: Exception) -> str:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "no connection"
        case httpx.TimeoutException():
            return "no answer in time"
        case _:
            return "the connection broke"
