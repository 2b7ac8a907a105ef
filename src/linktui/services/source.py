"""Read a queued file: opened once, checked against its fingerprint, digested as it goes."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator
from threading import Lock
from types import TracebackType
from typing import Self

from linktui.model.errors import SourceChanged, SourceUnreadable
from linktui.model.transfer import Source

READ = 1024 * 1024
"""Bytes read at a time."""


def read_small(source: Source) -> tuple[bytes, str]:
    """Return a small file's bytes and their SHA-256 as hex; blocks.

    Raises SourceUnreadable, or SourceChanged unless it is the file that was queued, before and after.
    """
    try:
        handle = os.open(source.path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise _unreadable(source, error) from error
    try:
        require_same(handle, source)
        data = os.pread(handle, source.size + 1, 0)
        require_same(handle, source)
    except OSError as error:
        raise _unreadable(source, error) from error
    finally:
        os.close(handle)
    if len(data) != source.size:
        raise SourceChanged(source.path)
    return data, hashlib.sha256(data).hexdigest()


def require_same(handle: int, source: Source) -> None:
    """Raise SourceChanged unless an open file still is the one that was queued."""
    facts = os.fstat(handle)
    seen = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    if seen != (source.device, source.inode, source.size, source.mtime_ns):
        raise SourceChanged(source.path)


def _unreadable(source: Source, error: OSError) -> SourceUnreadable:
    return SourceUnreadable(source.path, (error.strerror or str(error)).lower())


class SourceReader:
    """An open source; an async context manager."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._handle = -1
        self._digest = hashlib.sha256()
        self._digested = 0
        self._digesting = Lock()
        self._ahead: set[asyncio.Future[bytes]] = set()
        """What is read while the pieces before it are sent."""

    async def __aenter__(self) -> Self:
        """Open the file; raises SourceUnreadable or SourceChanged."""
        try:
            # Without O_NONBLOCK a pipe that was put in the file's place would wait for its other end.
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
            self._handle = await asyncio.to_thread(os.open, self._source.path, flags)
        except OSError as error:
            raise _unreadable(self._source, error) from error
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
        # No thread may read any more, for a stream that was given up.
        await asyncio.gather(*self._ahead, return_exceptions=True)
        os.close(self._handle)

    def check(self) -> None:
        """Raise SourceChanged unless this still is the file that was queued."""
        require_same(self._handle, self._source)

    async def pieces(self, offset: int, length: int, *, size: int = READ) -> AsyncGenerator[bytes]:
        """Yield the bytes from `offset` on, `size` at a time; raises SourceChanged for a short file.

        Each is digested in passing where that has come so far, and read while the one before it is sent.
        """
        end = offset + length
        ahead = None
        while offset < end:
            ahead = ahead or self._start(offset, min(size, end - offset))
            piece = await ahead
            self._ahead.discard(ahead)
            if not piece:
                raise SourceChanged(self._source.path)
            offset += len(piece)
            ahead = self._start(offset, min(size, end - offset)) if offset < end else None
            yield piece

    async def sha256(self) -> str:
        """Return the whole file's digest as hex, reading only what has not been read for it yet."""
        await self.digest_to(self._source.size)
        return self._digest.hexdigest()

    async def digest_to(self, offset: int) -> None:
        """Digest the file up to `offset`, so that `sha256` has less to do at the end."""
        while self._digested < offset:
            if not await asyncio.to_thread(self._digest_more, offset):
                raise SourceChanged(self._source.path)

    def _start(self, offset: int, size: int) -> asyncio.Future[bytes]:
        ahead = asyncio.get_running_loop().run_in_executor(None, self._read_and_digest, size, offset)
        self._ahead.add(ahead)
        return ahead

    def _read_and_digest(self, size: int, offset: int) -> bytes:
        piece = self._read(size, offset)
        with self._digesting:
            if offset == self._digested:
                self._digest.update(piece)
                self._digested += len(piece)
        return piece

    def _digest_more(self, offset: int) -> bool:
        """Digest what comes next, unless another thread did meanwhile; tell whether the file goes so far."""
        with self._digesting:
            size = min(READ, offset - self._digested)
            piece = self._read(size, self._digested) if size > 0 else b""
            self._digest.update(piece)
            self._digested += len(piece)
        return bool(piece) or size <= 0

    def _read(self, size: int, offset: int) -> bytes:
        try:
            return os.pread(self._handle, size, offset)
        except OSError as error:
            raise _unreadable(self._source, error) from error
