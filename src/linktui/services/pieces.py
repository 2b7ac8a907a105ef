"""Send what a service lacks of one file, piece by piece: several at once where it takes them in any order.

Only what lies before the first gap counts as confirmed, so that whoever goes on after a break sends a few
pieces again at most. The answer to the last piece tells of the whole file: where a service does not hold that
back until all are there, it goes by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial

from linktui.model.errors import SessionLost
from linktui.providers.base import UploadsResumably, UploadStatus
from linktui.services.bandwidth import Bandwidth
from linktui.services.progress import Progress
from linktui.services.source import READ, SourceReader

SECONDS_PER_PIECE = 8.0
LARGEST_READ = 8 * 1024 * 1024
"""Bytes read at a time where pieces are parts."""
SMALLEST_PIECE = 256 * 1024
FIRST_PIECE = 8 * 1024 * 1024
"""Bytes of a piece before it is known how fast the line is."""


class Pieces:
    """The bytes of one upload on their way."""

    def __init__(
        self,
        provider: UploadsResumably,
        session: str,
        *,
        size: int,
        reader: SourceReader,
        bandwidth: Bandwidth,
        progress: Progress,
    ) -> None:
        """`size` is the bytes of the whole file."""
        self._provider = provider
        self._session = session
        self._size = size
        self._reader = reader
        self._bandwidth = bandwidth
        self._progress = progress

    async def send(self, status: UploadStatus) -> UploadStatus:
        """Send everything behind `status` and return what the service says of the whole.

        Raises ProviderError, and SourceChanged for a file that is another by now.
        """
        while status.file_id is None:
            if status.offset >= self._size > 0:
                raise SessionLost
            self._progress.restart(status.offset)
            length = self._length(status.offset)
            if self._provider.limits.pieces_at_once > 1 and status.offset + length < self._size:
                status = await self._send_several(status.offset, length)
            else:
                status = await self._send_one(status.offset, length)
                self._progress.confirm(status.offset)
            await self._reader.digest_to(status.offset)
        return status

    async def _send_one(self, offset: int, length: int) -> UploadStatus:
        self._reader.check()
        read = partial(self._stream, offset, length)
        return await self._provider.send_piece(self._session, offset, length, read)

    async def _send_several(self, offset: int, length: int) -> UploadStatus:
        """Send all pieces, or all but the last."""
        last = offset + (self._size - 1 - offset) // length * length
        end = self._size if self._provider.limits.last_piece_waits else last
        sent: set[int] = set()
        confirmed = offset
        status = UploadStatus(last)

        async def some(offsets: Iterator[int]) -> None:
            nonlocal confirmed, status
            for at in offsets:
                told = await self._send_one(at, min(length, self._size - at))
                if at == last:
                    status = told
                    continue
                sent.add(at)
                while confirmed in sent:
                    confirmed += length
                self._progress.confirm(confirmed)
                await self._reader.digest_to(confirmed)

        offsets = iter(range(offset, end, length))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._provider.limits.pieces_at_once):
                    group.create_task(some(offsets))
        except BaseExceptionGroup as failed:  # the first ended the others
            raise failed.exceptions[0] from None
        self._progress.confirm(status.offset)
        return status

    async def _stream(self, offset: int, length: int) -> AsyncIterator[bytes]:
        # A part is held whole by who sends it: it had better come in one, and not be put together.
        largest = LARGEST_READ if self._provider.limits.even_chunks else READ
        async for piece in self._reader.pieces(offset, length, size=self._bandwidth.piece(largest)):
            await self._bandwidth.take(len(piece))
            yield piece
            self._progress.add(len(piece))

    def _length(self, offset: int) -> int:
        """Return how much to send in one request: a few seconds' worth, so that little is lost by a break."""
        limits, left = self._provider.limits, self._size - offset
        if limits.chunk_size is None:
            return left
        if limits.even_chunks:
            return min(limits.even_piece(self._size) or left, left)
        largest = min(limits.chunk_size, left)
        rate = min((rate for rate in (self._progress.rate, float(self._bandwidth.rate)) if rate), default=0.0)
        return min(largest, max(SMALLEST_PIECE, int(rate * SECONDS_PER_PIECE)) if rate else FIRST_PIECE)
