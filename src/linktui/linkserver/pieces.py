"""The pieces in which files go out: large for who keeps up, small for each of a thousand who do not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from linktui.linkserver.blobs import read_piece
from linktui.linkserver.limits import LARGEST_PIECE, PIECES_ROOM, SMALLEST_PIECE

_CACHED_ONLY = getattr(os, "RWF_NOWAIT", None)


class Pieces:
    """Shares one room among everything that goes out at once.

    Each new piece takes an eighth of the room that is left, and gives it back when its reader has it. So
    few readers get large pieces, which cost little time, and many get small ones, which hold little
    memory: the web server keeps about six for each reader that stalls.
    """

    def __init__(self) -> None:
        self._left = PIECES_ROOM
        self._scratch = memoryview(bytearray(LARGEST_PIECE))

    @contextmanager
    def one(self) -> Iterator[int]:
        """Give the size of the next piece, in bytes, which is held until the end of the block."""
        size = max(SMALLEST_PIECE, min(LARGEST_PIECE, self._left // 8))
        self._left -= size
        try:
            yield size
        finally:
            self._left += size

    async def read(self, descriptor: int, start: int, length: int, *, last: bool) -> bytes:
        """Return the first of `length` bytes at `start`; raises EOFError if they are not there.

        What the system has in memory is read at once: a thread would take longer than the reading. The
        `last` piece is left to a thread, which gives the word of a client that went away the time to come:
        what nobody took is not counted as given.
        """
        if _CACHED_ONLY is not None and not last:
            try:
                # Nothing is awaited between the reading and the copy, so one scratch serves everybody.
                count = os.preadv(descriptor, [self._scratch[:length]], start, _CACHED_ONLY)
            except OSError:  # not in memory, or a file system that cannot tell
                count = 0
            if count:
                return bytes(self._scratch[:count])
        return await asyncio.to_thread(read_piece, descriptor, start, length)
