"""Resumable uploads: tus 1.0.0 with creation, creation-with-upload, expiration, checksum, termination.

https://tus.io/protocols/resumable-upload. An offset is acknowledged only once its bytes are durable.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import apsw
from starlette.requests import Request
from starlette.responses import Response

from linktui.linkserver.blobs import new_blob_id
from linktui.linkserver.body import content_length, pieces
from linktui.linkserver.catalog import keys, uploads
from linktui.linkserver.catalog.rows import UploadRow
from linktui.linkserver.context import Context
from linktui.linkserver.errors import Disconnected, Refusal, not_found, too_large
from linktui.linkserver.intake import Hash, Sink
from linktui.linkserver.limits import CHECKPOINT, UPLOAD_LIFE_MS
from linktui.linkserver.names import clean_name
from linktui.linkserver.times import http_date
from linktui.linkserver.tus_headers import Checksum, checksum, idempotency_key, metadata, number

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
OFFSET_STREAM = "application/offset+octet-stream"


@dataclass(slots=True)
class _Active:
    """Who is at work on an upload, and how far its running hash is."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    users: int = 0
    whole: Hash | None = None
    hashed: int = 0


class Tus:
    """The protocol at one place: the owner's, or (with a link's id) a stranger's."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._active: dict[str, _Active] = {}

    def options(self, *, most: int) -> Response:
        """Tell what is spoken here."""
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Checksum-Algorithm": "sha1,sha256",
            "Tus-Max-Size": str(most),
        }
        return self._answer(204, headers)

    async def create(self, request: Request, *, place: str, link_id: str, most: int) -> Response:
        """Begin an upload, whose address is below `place`, with its first bytes if they came along."""
        _require_version(request)
        size = _size(request, most=most)
        told = metadata(request)
        upload = await self._begin(request, size=size, told=told, link_id=link_id)
        headers = {"Location": f"{place}/{upload.id}"}
        with_bytes = request.headers.get("content-type", "").partition(";")[0].strip() == OFFSET_STREAM
        if with_bytes and upload.offset == 0 and upload.file_id is None:
            upload = await self._take(request, upload.id, link_id=link_id, offset=0)
        elif size == 0 and upload.file_id is None:
            async with self._alone(upload.id) as active:
                upload = await self._finish(upload, active)
        return self._answer(201, headers | self._state(upload))

    async def head(self, request: Request, *, upload_id: str, link_id: str) -> Response:
        """Tell how far an upload is; whoever still sends to it is ended first, so that this stays true."""
        _require_version(request)
        self._find(upload_id, link_id)
        async with self._alone(upload_id):
            upload = self._find(upload_id, link_id)
        return self._answer(200, self._state(upload) | {"Upload-Length": str(upload.size)})

    async def patch(self, request: Request, *, upload_id: str, link_id: str) -> Response:
        """Add bytes at the confirmed offset."""
        _require_version(request)
        if request.headers.get("content-type", "").partition(";")[0].strip() != OFFSET_STREAM:
            raise Refusal(415, "bad_media_type", f"A PATCH is of type {OFFSET_STREAM}.")
        offset = number(request, "upload-offset")
        upload = await self._take(request, upload_id, link_id=link_id, offset=offset)
        return self._answer(204, self._state(upload))

    async def delete(self, request: Request, *, upload_id: str, link_id: str) -> Response:
        """Forget an upload and its bytes; a finished one stays a file."""
        _require_version(request)
        self._find(upload_id, link_id)
        async with self._alone(upload_id):
            upload = self._find(upload_id, link_id)
            if upload.file_id is None:
                await asyncio.to_thread(self._store.discard, upload_id)
            else:
                await self._store.database.write(lambda db: uploads.drop(db, upload_id))
        return self._answer(204, {})

    async def _begin(self, request: Request, *, size: int, told: dict[str, str], link_id: str) -> UploadRow:
        key, scope = idempotency_key(request), f"tus {link_id}"
        name = clean_name(told.get("filename", ""))
        digest = hashlib.sha256(repr((size, name, told.get("sha256"))).encode()).hexdigest()
        now = self._context.now()
        upload = UploadRow(
            id=new_blob_id(),
            link_id=link_id,
            name=name,
            size=size,
            offset=0,
            sha256=told.get("sha256"),
            file_id=None,
            expires_at=now + UPLOAD_LIFE_MS,
        )
        await asyncio.to_thread(self._store.blobs.require_room, size)
        await asyncio.to_thread(self._store.blobs.create, upload.id)

        def act(db: apsw.Connection) -> UploadRow:
            made = keys.find(db, scope, key, digest)
            earlier = uploads.get(db, made) if made is not None else None
            if earlier is not None and earlier.expires_at > now:
                return earlier
            uploads.create(db, upload)
            keys.remember(db, scope, key, digest=digest, subject=upload.id, now=now)
            return upload

        found: UploadRow | None = None
        try:
            found = await self._store.database.write(act)
        finally:
            if found is not upload:
                await asyncio.to_thread(self._store.blobs.discard, upload.id)
        return found

    async def _take(self, request: Request, upload_id: str, *, link_id: str, offset: int) -> UploadRow:
        self._find(upload_id, link_id)
        promised = checksum(request)
        async with self._alone(upload_id) as active:
            upload = self._find(upload_id, link_id)
            if upload.offset != offset:
                headers = {"Upload-Offset": str(upload.offset), "Tus-Resumable": VERSION}
                raise Refusal(409, "wrong_offset", "The upload stands at another offset.", headers=headers)
            if upload.file_id is not None:
                return upload
            content_length(request, most=upload.size - offset)
            # Whole already, if the disk failed before it was a file.
            if upload.offset < upload.size:
                upload = await self._append(request, upload, active, promised)
            return await self._finish(upload, active) if upload.offset == upload.size else upload

    async def _append(
        self, request: Request, upload: UploadRow, active: _Active, promised: Checksum | None
    ) -> UploadRow:
        whole = active.whole if active.hashed == upload.offset else None
        if upload.offset == 0:
            whole = hashlib.sha256()
        # Taken away until the end: after a failure the disk is hashed again. With a checksum nothing may
        # count before it is known to be right, so then the whole's hash is left for the end as well.
        active.whole = None
        running: Hash | None = whole if promised is None else promised.hash
        sink = Sink(self._store.blobs, upload.id, upload.offset, () if running is None else (running,))
        try:
            await self._receive(request, upload, sink, active, resumable=promised is None)
            if promised is not None:
                promised.verify()
            upload = await self._acknowledge(upload, sink)
        except Disconnected:
            if promised is None:
                await sink.sync()
                await self._acknowledge(upload, sink)
            raise
        finally:
            sink.close()
        if promised is None:
            active.whole, active.hashed = whole, sink.offset
        return upload

    async def _receive(
        self, request: Request, upload: UploadRow, sink: Sink, active: _Active, *, resumable: bool
    ) -> None:
        acknowledged = upload.offset
        async for piece in pieces(
            request, most=upload.size - upload.offset, stopping=self._context.stopping, ended=active.ended
        ):
            await sink.take(piece)
            if resumable and sink.offset - acknowledged >= CHECKPOINT:
                await sink.sync()
                await self._acknowledge(upload, sink)
                acknowledged = sink.offset
        await sink.sync()

    async def _acknowledge(self, upload: UploadRow, sink: Sink) -> UploadRow:
        """Write down what `sink` has made durable."""
        expires_at = self._context.now() + UPLOAD_LIFE_MS
        await self._store.database.write(
            lambda db: uploads.advance(db, upload.id, offset=sink.offset, expires_at=expires_at)
        )
        return replace(upload, offset=sink.offset, expires_at=expires_at)

    async def _finish(self, upload: UploadRow, active: _Active) -> UploadRow:
        digest = active.whole.hexdigest() if active.whole and active.hashed == upload.size else None
        file = await asyncio.to_thread(self._store.publish, upload, digest=digest)
        return replace(upload, file_id=file.id, expires_at=self._context.now() + UPLOAD_LIFE_MS)

    def _find(self, upload_id: str, link_id: str) -> UploadRow:
        upload = uploads.get(self._store.database.read, upload_id)
        if upload is None or upload.link_id != link_id:
            raise not_found("upload")
        if upload.expires_at <= self._context.now():
            raise Refusal(410, "gone", "The upload has expired.")
        return upload

    @asynccontextmanager
    async def _alone(self, upload_id: str) -> AsyncIterator[_Active]:
        """Work on an upload alone: whoever sends to it is ended, and what they sent is kept first."""
        active = self._active.setdefault(upload_id, _Active())
        active.users += 1
        self._store.busy.add(upload_id)
        active.ended.set()
        try:
            async with active.lock:
                active.ended = asyncio.Event()
                yield active
        finally:
            active.users -= 1
            if active.users == 0:
                self._store.busy.discard(upload_id)
            upload = uploads.get(self._store.database.read, upload_id)
            if active.users == 0 and (upload is None or upload.file_id is not None):
                self._active.pop(upload_id, None)

    def _state(self, upload: UploadRow) -> dict[str, str]:
        state = {"Upload-Offset": str(upload.offset), "Cache-Control": "no-store"}
        if upload.file_id is None:
            state["Upload-Expires"] = http_date(upload.expires_at)
        elif not upload.link_id:
            state["Linktui-File"] = upload.file_id
        return state

    def _answer(self, status: int, headers: dict[str, str]) -> Response:
        return Response(status_code=status, headers=headers | {"Tus-Resumable": VERSION})


def _require_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Refusal(
            412, "tus_version", f"This server speaks tus {VERSION}.", headers={"Tus-Version": VERSION}
        )


def _size(request: Request, *, most: int) -> int:
    size = number(request, "upload-length")
    if size > most:
        raise too_large(most)
    return size
