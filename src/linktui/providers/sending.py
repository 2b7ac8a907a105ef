"""One request on its way: its turn awaited before, its end noted after, its answer read within bounds."""

from __future__ import annotations

import time
from collections.abc import Callable

from linktui.model.errors import Unavailable, Unintelligible
from linktui.providers.line import Line
from linktui.providers.rate import Bucket
from linktui.providers.request import Request
from linktui.providers.wire import UNSENT, Reply, closed

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are read at most: no list page comes near it."""

Note = Callable[[Request, Reply | None, float, str], None]
"""Takes a request, its answer if one came, when it began (seconds of a monotonic clock), and what failed."""


class Sending:
    """One request under way, its turn awaited before and its end noted after."""

    def __init__(
        self,
        line: Line,
        request: Request,
        *,
        patience: float,
        bucket: Bucket,
        note: Note,
        silence: str,
    ) -> None:
        """`patience` is the seconds without a byte.

        `silence` says what it probably means when there is no connection.
        """
        self._line = line
        self._request = request
        self._patience = patience
        self._bucket = bucket
        self._note = note
        self._silence = silence
        self._reply: Reply | None = None

    async def __aenter__(self) -> Reply:
        await self._bucket.take()
        if self._line.is_closed:
            raise closed()
        began = time.monotonic()
        try:
            self._reply = await self._line.send(self._request, silence=self._patience)
        except Unavailable as error:
            self._note(self._request, None, began, error.message)
            if error.code == UNSENT and self._silence:
                raise Unavailable(self._silence, code=UNSENT) from error
            raise
        self._note(self._request, self._reply, began, "")
        return self._reply

    async def __aexit__(self, *_: object) -> None:
        if self._reply is not None:
            await self._reply.close()


async def read_whole(reply: Reply) -> bytes:
    """Return a whole body; raises Unintelligible for one that is too large, and Unavailable."""
    body = bytearray()
    while piece := await reply.piece():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise Unintelligible("the answer is too large", status=reply.status)
    return bytes(body)
