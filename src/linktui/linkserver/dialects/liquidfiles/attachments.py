"""LiquidFiles' attachments: upload, list, delete.

https://docs.liquidfiles.com/api/v4.1/attachments/
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence

import apsw
from starlette.responses import Response

from linktui.linkserver import media_types
from linktui.linkserver.body import content_length, pieces
from linktui.linkserver.catalog import files
from linktui.linkserver.catalog.rows import FileRow
from linktui.linkserver.dialects import forms, objects
from linktui.linkserver.dialects.base import Dialect, random_text
from linktui.linkserver.dialects.liquidfiles import rules
from linktui.linkserver.dialects.liquidfiles.call import Call
from linktui.linkserver.dialects.liquidfiles.chunks import Chunks
from linktui.linkserver.dialects.liquidfiles.errors import invalid
from linktui.linkserver.dialects.liquidfiles.shapes import (
    ATTACHMENT,
    NAME,
    end_of_attachment,
    links_with,
)
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.errors import too_large
from linktui.linkserver.intake import take_whole
from linktui.linkserver.limits import MAX_FILE
from linktui.linkserver.names import clean_name
from linktui.model.text import clean

ID_LENGTH = 22
MOST_CHUNKS = 100_000
MOST_LISTED = 1_000_000
_MEGABYTE = 1 << 20


class Attachments:
    """The handlers of uploads, and those below /attachments."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._store = dialect.context.store
        self._chunks = Chunks(self._store)
        self._assembling = asyncio.Lock()

    async def upload(self, call: Call) -> Fields | Response:
        """Store the raw body, whole or as one of several pieces; a piece but the last gets a blank."""
        query = call.request.query_params
        name = clean_name(query.get("filename", ""))
        if not query.get("filename"):
            raise invalid("Filename can't be blank")
        rules.require_extension(name, call.appliance.group)
        number, count = _number(query.get("chunk", "0")), _number(query.get("chunks", "1"))
        if not 0 <= number < max(1, count) <= MOST_CHUNKS:
            raise invalid("Chunk is not one of the chunks")
        announced = content_length(call.request, most=_most(call)) or 0
        if count <= 1:
            return await self._whole(call, self._body(call), name=name, announced=announced)
        await self._chunks.keep(
            self._body(call), name=name, number=number, count=count, announced=announced, now=call.now
        )
        async with self._assembling:
            chunks = self._chunks.all_of(name, count=count)
            if chunks is None:
                return Response(" ", media_type="text/html")
            return await self._assembled(call, chunks, name=name)

    async def list(self, call: Call) -> Fields:
        """Return every attachment that has not expired."""

        def act(db: apsw.Connection) -> Fields:
            shapes = call.shapes(db)
            found = objects.page(db, NAME, ATTACHMENT, limit=MOST_LISTED).data
            alive = [one for one in found if links_with(db, one) or end_of_attachment(one) > call.now]
            return {"attachments": [shapes.attachment(one) for one in alive]}

        return self._dialect.look(act)

    async def delete(self, call: Call) -> Response:
        """Delete an attachment that no link holds."""

        def act(db: apsw.Connection) -> str:
            attachment = call.attachment(db)
            if files.get(db, attachment.subject or "").link_count:
                raise invalid("Attachment is used by a FileLink")
            return files.delete(db, attachment.subject or "", force=True, now=call.now)

        blob = await self._dialect.database.write(act)
        await asyncio.to_thread(self._store.unlink, blob)
        return Response(" ", media_type="application/json")

    def _body(self, call: Call) -> AsyncIterator[bytes]:
        if forms.content_type(call.request) == "multipart/form-data":
            raise invalid("The file has to be the body itself; forms went with v3.7")
        return pieces(call.request, most=_most(call), stopping=call.stopping)

    async def _assembled(self, call: Call, chunks: Sequence[Object], *, name: str) -> Fields:
        size = sum(chunk.fields["size"] for chunk in chunks)
        if size > _most(call):
            await self._chunks.forget(chunks)
            raise too_large(_most(call))
        # If this fails the pieces stay: the last one can be sent again.
        made = await self._whole(call, self._chunks.bytes_of(chunks), name=name, announced=size)
        await self._chunks.forget(chunks)
        return made

    async def _whole(self, call: Call, data: AsyncIterator[bytes], *, name: str, announced: int) -> Fields:
        summed = _Summed(data)
        row = await take_whole(self._store, summed.pieces(), name=name, announced=announced)
        attachment = Object(
            dialect=NAME,
            kind=ATTACHMENT,
            id=random_text(ID_LENGTH),
            subject=row.id,
            created_at=call.now,
            fields={"content_type": _content_type(call, row), "crc32": f"{summed.crc32:x}"},
        )

        def act(db: apsw.Connection) -> Fields:
            objects.add(db, attachment)
            return {"attachment": call.shapes(db).attachment(attachment)}

        return await self._dialect.database.write(act)


class _Summed:
    """Bytes that pass through, and their CRC-32."""

    def __init__(self, data: AsyncIterator[bytes]) -> None:
        self._data = data
        self.crc32 = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        async for piece in self._data:
            self.crc32 = zlib.crc32(piece, self.crc32)
            yield piece


def _most(call: Call) -> int:
    """Return how many bytes a file may have."""
    return call.appliance.group.message_max_size * _MEGABYTE or MAX_FILE


def _content_type(call: Call, row: FileRow) -> str:
    """Return what the client says the file is, or what its name says."""
    told = forms.content_type(call.request) or call.request.query_params.get("content_type", "")
    return clean(told, limit=200) or media_types.media_type(row.name)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise invalid("Chunk has to be a number")
    return int(text)
