"""Read a queued file: opened once, checked against its fingerprint, digested as it goes."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from linktui.model.errors import SourceChanged, SourceUnreadable
from linktui.model.transfer import Source

READ = 1024 * 1024
"""Bytes read at a time."""


class SourceReader:
    """An open source; an async context manager."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._handle = -1
        self._digest = hashlib.sha256()
        self._digested = 0

    async def __aenter__(self) -> Self:
        """Open the file; raises SourceUnreadable or SourceChanged."""
        try:
            # Without O_NONBLOCK a pipe that was put in the file's place would wait for its other end.
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
            self._handle = await asyncio.to_thread(os.open, self._source.path, flags)
        except OSError as error:
            raise SourceUnreadable(self._source.path, (error.strerror or str(error)).lower()) from error
        try:
            self.check()
        except BaseException:
            os.close(self._handle)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        os.close(self._handle)

    def check(self) -> None:
        """Raise SourceChanged unless this still is the file that was queued."""
        facts = os.fstat(self._handle)
        seen = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
        queued = self._source
        if seen != (queued.device, queued.inode, queued.size, queued.mtime_ns):
            raise SourceChanged(queued.path)

    async def pieces(self, offset: int, length: int, *, size: int = READ) -> AsyncIterator[bytes]:
        """Yield the bytes from `offset` on, `size` at a time; raises SourceChanged for a short file."""
        end = offset + length
        while offset < end:
            piece = await asyncio.to_thread(self._read, min(size, end - offset), offset)
            if not piece:
                raise SourceChanged(self._source.path)
            offset += len(piece)
            yield piece

    async def sha256(self) -> str:
        """Return the whole file's digest as hex, reading only what has not been read for it yet."""
        await self.digest_to(self._source.size)
        return self._digest.hexdigest()

    async def digest_to(self, offset: int) -> None:
        """Digest the file up to `offset`, so that `sha256` has less to do at the end."""
        while self._digested < offset:
            piece = await asyncio.to_thread(self._digest_piece, min(READ, offset - self._digested))
            if not piece:
                raise SourceChanged(self._source.path)

    def _digest_piece(self, size: int) -> int:
        piece = self._read(size, self._digested)
        self._digest.update(piece)
        self._digested += len(piece)
        return len(piece)

    def _read(self, size: int, offset: int) -> bytes:
        try:
            return os.pread(self._handle, size, offset)
        except OSError as error:
            raise SourceUnreadable(self._source.path, (error.strerror or str(error)).lower()) from error
