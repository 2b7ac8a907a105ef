"""Bytes coming in, from any door, made durable piece by piece."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from typing import Protocol

from linktui.linkserver import blobs as disk
from linktui.linkserver.blobs import Blobs, new_blob_id
from linktui.linkserver.catalog.rows import FileRow, UploadRow
from linktui.linkserver.limits import PIECE
from linktui.linkserver.store import Store


class Hash(Protocol):
    """What hashlib's hashes have in common."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""

    def digest(self) -> bytes:
        """Return the digest of everything added."""

    def hexdigest(self) -> str:
        """Return the digest in hex."""


class Sink:
    """One part open for writing; gathers small pieces and hashes what it writes, all in threads."""

    def __init__(self, blobs: Blobs, blob: str, offset: int, hashes: tuple[Hash, ...]) -> None:
        self._descriptor = blobs.append(blob, offset)
        self._hashes = hashes
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self.offset = offset
        """Bytes taken, whether written yet or not."""

    async def take(self, data: bytes) -> None:
        """Add bytes; they are on the disk once `sync` has returned."""
        self._waiting.append(data)
        self._waiting_size += len(data)
        self.offset += len(data)
        if self._waiting_size >= PIECE:
            await self._flush()

    async def sync(self) -> None:
        """Make everything taken durable; raises a 507 or 503 Refusal."""
        await self._flush()
        await asyncio.to_thread(disk.sync, self._descriptor)

    def close(self) -> None:
        """Let go of the part."""
        os.close(self._descriptor)

    async def _flush(self) -> None:
        if self._waiting:
            data, self._waiting, self._waiting_size = b"".join(self._waiting), [], 0
            await asyncio.to_thread(self._write, data)

    def _write(self, data: bytes) -> None:
        disk.write(self._descriptor, data)
        for one in self._hashes:
            one.update(data)


async def take_whole(
    store: Store,
    data: AsyncIterator[bytes],
    *,
    name: str,
    link_id: str = "",
    announced: int | None = None,
    key: str | None = None,
) -> FileRow:
    """Store one file that comes in a single request, whole or not at all.

    Returns the earlier file if the idempotency `key` made it of the same name and bytes; raises a 409
    Refusal if it made another.
    """
    blob = new_blob_id()
    await asyncio.to_thread(store.blobs.require_room, announced or 0)
    await asyncio.to_thread(store.blobs.create, blob)
    try:
        whole = hashlib.sha256()
        sink = Sink(store.blobs, blob, 0, (whole,))
        try:
            async for piece in data:
                await sink.take(piece)
            await sink.sync()
        finally:
            sink.close()
        upload = UploadRow(
            id=blob,
            link_id=link_id,
            name=name,
            size=sink.offset,
            offset=sink.offset,
            sha256=None,
            file_id=None,
            expires_at=0,
        )
        return await asyncio.to_thread(
            store.publish, upload, digest=whole.hexdigest(), resumable=False, key=key
        )
    except BaseException:
        # What is not whole is not kept; a published blob is never reached here.
        await asyncio.to_thread(store.blobs.discard, blob)
        raise
