"""Uploads in pieces, which come in any order and are put together when all are there.

The file's name is the key of an upload, as the service has it: of two uploads under one name at once,
each gets pieces of the other. https://docs.liquidfiles.com/api/v4.1/attachments/chunks/
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence

import apsw

from linktui.linkserver.blobs import new_blob_id, read_piece
from linktui.linkserver.catalog import uploads
from linktui.linkserver.catalog.rows import UploadRow
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.liquidfiles.errors import invalid
from linktui.linkserver.dialects.liquidfiles.shapes import CHUNK, NAME
from linktui.linkserver.dialects.objects import Object
from linktui.linkserver.intake import Sink
from linktui.linkserver.limits import PIECE, UPLOAD_LIFE_MS
from linktui.linkserver.store import Store


class Chunks:
    """Keeps the pieces: each an upload of the catalogue that is swept away when nobody finishes it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(
        self, data: AsyncIterator[bytes], *, name: str, number: int, count: int, announced: int, now: int
    ) -> None:
        """Store one piece in place of an earlier one, and forget those of another division of the file."""
        blob, blobs = new_blob_id(), self._store.blobs
        await asyncio.to_thread(blobs.require_room, announced)
        await asyncio.to_thread(blobs.create, blob)
        try:
            sink = Sink(blobs, blob, 0, ())
            try:
                async for piece in data:
                    await sink.take(piece)
                await sink.sync()
            finally:
                sink.close()
            if not sink.offset:
                raise invalid("Chunk is empty")
            fields = {"number": number, "count": count, "size": sink.offset}
            chunk = Object(dialect=NAME, kind=CHUNK, id=blob, parent=name, created_at=now, fields=fields)
            await self._store.database.write(lambda db: uploads.create(db, _upload_of(chunk)))
            await asyncio.to_thread(blobs.place, blob)
            replaced = await self._store.database.write(lambda db: _put(db, chunk))
        except BaseException:
            await asyncio.to_thread(self._store.discard, blob)
            raise
        await self._discard(replaced)

    def all_of(self, name: str, *, count: int) -> tuple[Object, ...] | None:
        """Return every piece of a file in order, or nothing while some are missing."""
        found = objects.all_of_parent(self._store.database.read, NAME, CHUNK, name)
        ordered = sorted(found, key=lambda chunk: int(chunk.fields["number"]))
        whole = [chunk.fields["number"] for chunk in ordered] == list(range(count))
        return tuple(ordered) if whole else None

    async def bytes_of(self, chunks: Sequence[Object]) -> AsyncIterator[bytes]:
        """Yield what the pieces hold, one after the other."""
        for chunk in chunks:
            descriptor = await asyncio.to_thread(self._store.blobs.open, chunk.id)
            try:
                position, size = 0, chunk.fields["size"]
                while position < size:
                    length = min(PIECE, size - position)
                    piece = await asyncio.to_thread(read_piece, descriptor, position, length)
                    position += len(piece)
                    yield piece
            finally:
                os.close(descriptor)

    async def forget(self, chunks: Sequence[Object]) -> None:
        """Let go of pieces that have become a file."""

        def act(db: apsw.Connection) -> None:
            for chunk in chunks:
                objects.remove(db, chunk)

        await self._store.database.write(act)
        await self._discard([chunk.id for chunk in chunks])

    async def _discard(self, blobs: Sequence[str]) -> None:
        for blob in blobs:
            await asyncio.to_thread(self._store.discard, blob)


def _upload_of(chunk: Object) -> UploadRow:
    """Return what keeps a piece's bytes from being taken for a stray, until they are too old."""
    return UploadRow(
        id=chunk.id,
        link_id="",
        name=chunk.parent or "",
        size=chunk.fields["size"],
        offset=0,  # never complete by itself: a piece is no file
        sha256=None,
        file_id=None,
        expires_at=chunk.created_at + UPLOAD_LIFE_MS,
    )


def _put(db: apsw.Connection, chunk: Object) -> list[str]:
    """Note a piece and return the blobs of those that it replaces."""
    # The bytes of what is older have been swept away, or are about to be.
    objects.remove_older(db, NAME, CHUNK, than=chunk.created_at - UPLOAD_LIFE_MS)
    number, count = chunk.fields["number"], chunk.fields["count"]
    earlier = [
        one
        for one in objects.all_of_parent(db, NAME, CHUNK, chunk.parent or "")
        if one.fields["number"] == number or one.fields["count"] != count
    ]
    for one in earlier:
        objects.remove(db, one)
    objects.add(db, chunk)
    return [one.id for one in earlier]
