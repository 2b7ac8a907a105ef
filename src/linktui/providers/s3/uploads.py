"""Uploads into a bucket: a small file by one PUT, any other in parts that the store tells of after a break.

Each request carries a digest of its bytes, so that a store takes no part that was changed on the way: a part
its CRC-32 where the store keeps that of the whole too, else its MD5. At the end the CRC-32 of the whole, put
together from those of its parts, is compared by the store, and what it tells of the file with ours.
Nothing is written over: the last step says that nothing may be there yet. A note beside the files names each
unfinished upload, by which it is gone on with, or cleared away (`tidying.py`).
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from mimetypes import guess_type
from pathlib import PurePosixPath
from types import MappingProxyType

from linktui.model.capability import Limits
from linktui.model.errors import Conflict, DigestMismatch, InvalidInput, NotFound, SessionLost
from linktui.model.file import File
from linktui.providers.base import UploadStatus
from linktui.providers.s3 import wire
from linktui.providers.s3.crc import combined, in_header
from linktui.providers.s3.digests import SUM, part_digests, whole_digests
from linktui.providers.s3.objects import MARK, OURS, Objects, name_of
from linktui.providers.s3.session import Session, read_session
from linktui.providers.s3.settings import KMS
from linktui.providers.s3.store import Store

MOST_HELD = 64 * 1024 * 1024
"""Bytes of a part that is held to make its digest first; longer ones, of files above 640 GB, are streamed."""
WHOLE_SUM = {"x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT"}
"""What has a store keep the CRC-32 of a file that comes in parts (https://docs.aws.amazon.com/AmazonS3/latest/
userguide/checking-object-integrity-upload.html)."""
NEW_ONLY = {"If-None-Match": "*"}
"""What keeps a file from being written over (https://docs.aws.amazon.com/AmazonS3/latest/userguide/
conditional-writes.html)."""
NO_SUM: Mapping[str, str] = MappingProxyType({})
_GONE = frozenset({404})
_LONGEST_KEY = 1024
"""Bytes."""


class Uploads:
    """One account's uploads."""

    def __init__(self, store: Store, objects: Objects, *, account: str, limits: Limits) -> None:
        self._store = store
        self._objects = objects
        self._account = account
        self._limits = limits
        self._fresh: set[str] = set()
        """Sessions that nothing was sent for."""
        self._sums: dict[str, dict[int, int]] = {}
        """The CRC-32 of each part sent, by the upload and its number."""
        self._under_way: dict[str, set[asyncio.Event]] = {}
        """The parts that are being sent, by the upload."""

    async def begin(self, name: str, size: int, *, key: str, folder: str) -> str:
        """Return a session, the same one for the same key; raises InvalidInput for a folder that is none."""
        piece = self._limits.even_piece(size) or size
        if size <= piece:
            file_id = await self._free_id(name, key=key, folder=folder)
            return self._begun(Session(key=key, object=file_id, size=size, piece=max(piece, 1)))
        note = await self._store.call("GET", self._note(key), allow=_GONE)
        if note.is_success:
            return note.body.decode()
        file_id = await self._free_id(name, key=key, folder=folder)
        session = Session(key=key, object=file_id, size=size, piece=piece)
        text = self._begun(await self._begin_parts(session, _type(name)))
        await self._store.call("PUT", self._note(key), content=text.encode())
        return text

    async def status(self, text: str) -> UploadStatus:
        """Return how far an upload is without a gap; raises SessionLost where the store forgot it."""
        session = read_session(text)
        if text in self._fresh:
            return UploadStatus(0)
        if not session.upload:
            return await self._arrived(session) or UploadStatus(0)
        try:
            parts = await self._parts(session)
        except NotFound:
            return await self._arrived_or_lost(session)
        there = {part.number for part in parts if part.size == session.piece}
        whole = 0
        while whole + 1 < session.parts and whole + 1 in there:
            whole += 1
        return UploadStatus(whole * session.piece)

    async def send(
        self, text: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send one part, or the whole of a small file; the last part is answered when all are there.

        Raises Conflict where a part is lacking at the end, SessionLost, and DigestMismatch.
        """
        session = read_session(text)
        self._fresh.discard(text)
        number = session.part_at(offset, length)
        if not session.upload:
            return await self._send_whole(session, read)
        ended = asyncio.Event()
        under_way = self._under_way.setdefault(session.upload, set())
        under_way.add(ended)
        try:
            await self._send_part(session, number, length, read)
        finally:
            ended.set()
            under_way.discard(ended)
        if number < session.parts:
            return UploadStatus(offset + length)
        for other in tuple(under_way):
            await other.wait()
        self._under_way.pop(session.upload, None)
        return await self._complete(session)

    async def abort(self, text: str) -> None:
        """Have the store forget an unfinished upload."""
        session = read_session(text)
        self._fresh.discard(text)
        if session.upload:
            await self._forget(session)

    async def _begin_parts(self, session: Session, media_type: str) -> Session:
        """Have the store open an upload in parts, with the CRC-32 of the whole where it can keep that."""
        key = self._objects.key_of(session.object)
        # What is streamed has no digest before it is sent.
        held = session.piece <= MOST_HELD
        wished = WHOLE_SUM if held and not WHOLE_SUM.keys() <= self._store.unknown else {}
        answer = await self._store.call(
            "POST",
            key,
            query={"uploads": ""},
            headers={MARK: session.key, "Content-Type": media_type, **self._store.encryption},
            wished=wished,
        )
        upload = wire.upload_id_from(answer)
        summed = answer.headers.get("x-amz-checksum-type", "").upper() == "FULL_OBJECT"
        if summed or not answer.headers.get("x-amz-checksum-algorithm") or not wished:
            return replace(session, upload=upload, summed=summed)
        # It sums the parts alone, and would have each of those sums told at the end.
        self._store.unknown.update(WHOLE_SUM)
        await self._store.call("DELETE", key, query={"uploadId": upload}, allow=_GONE)
        return await self._begin_parts(session, media_type)

    async def _send_whole(self, session: Session, read: Callable[[], AsyncIterator[bytes]]) -> UploadStatus:
        data = await _gathered(read)
        digest, digests = await asyncio.to_thread(whole_digests, data)
        try:
            await self._store.call(
                "PUT",
                self._objects.key_of(session.object),
                content=data,
                headers={
                    MARK: session.key,
                    "Content-Type": _type(session.object),
                    **digests,
                    **self._store.encryption,
                },
                wished=NEW_ONLY | {"x-amz-checksum-sha256": b64encode(digest).decode()},
            )
        except Conflict:
            return await self._arrived_or_lost(session)
        file = File(
            account=self._account,
            id=session.object,
            name=name_of(session.object),
            size=session.size,
            created_at=self._store.now,
            media_type=_type(session.object),
            sha256=digest.hex(),  # the store had to find it so
        )
        return UploadStatus(session.size, session.object, file=file)

    async def _send_part(
        self, session: Session, number: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> None:
        key = self._objects.key_of(session.object)
        query = {"partNumber": str(number), "uploadId": session.upload}
        try:
            if length > MOST_HELD and self._store.base.startswith("https:"):
                await self._stream_part(key, query, length, read)
                return
            data = await _gathered(read)
            # Over TLS nobody changes a body: there its digest need not be signed.
            signed = not self._store.base.startswith("https:")
            headers, crc = await asyncio.to_thread(part_digests, data, summed=session.summed, signed=signed)
            await self._store.call("PUT", key, query=query, content=data, headers=headers)
            self._sums.setdefault(session.upload, {})[number] = crc
        except NotFound as error:
            raise SessionLost from error

    async def _stream_part(
        self, key: str, query: dict[str, str], length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> None:
        """Send a part that is too long to be held, unsigned over TLS, and compare the store's own digest."""
        digest = hashlib.md5(usedforsecurity=False)

        async def body() -> AsyncIterator[bytes]:
            async for piece in read():
                digest.update(piece)
                yield piece

        headers = {"Content-Length": str(length)}
        answer = await self._store.call("PUT", key, query=query, content=body(), headers=headers)
        told = answer.headers.get("etag", "").strip('"').lower()
        sealed = answer.headers.get("x-amz-server-side-encryption", "").startswith(KMS)
        if len(told) == len(digest.hexdigest()) and told != digest.hexdigest() and not sealed:
            raise DigestMismatch

    async def _complete(self, session: Session) -> UploadStatus:
        """Put the parts together, if every one of them is there, and return the file."""
        try:
            parts = await self._parts(session)
            sizes = {part.number: part.size for part in parts}
            even = all(sizes.get(number) == session.piece for number in range(1, session.parts))
            if not even or sum(sizes.values()) != session.size:
                raise Conflict("not every part is there")
            whole = self._sum_of(session, parts)
            await self._store.long_call(
                "POST",
                self._objects.key_of(session.object),
                query={"uploadId": session.upload},
                content=wire.completion(parts),
                headers=whole,
                wished=NEW_ONLY,
            )
        except Conflict as error:
            if error.status is None:
                raise
            return await self._arrived_or_lost(session)
        except NotFound:
            return await self._arrived_or_lost(session)
        await self._store.call("DELETE", self._note(session.key), allow=_GONE)
        self._sums.pop(session.upload, None)
        return await self._arrived_or_lost(session, whole)

    def _sum_of(self, session: Session, parts: list[wire.Part]) -> dict[str, str]:
        """Return the headers with the CRC-32 of the whole; none where that of a part is not known.

        Those of parts that were sent before a break are known where the store tells them.
        """
        ours = self._sums.get(session.upload, {})
        sums = [(ours.get(part.number, part.crc), part.size) for part in parts]
        known = [(crc, size) for crc, size in sums if crc is not None]
        if not session.summed or len(known) < len(parts):
            return {}
        return {SUM: in_header(combined(known)), "x-amz-checksum-type": "FULL_OBJECT"}

    async def _arrived_or_lost(self, session: Session, whole: Mapping[str, str] = NO_SUM) -> UploadStatus:
        found = await self._arrived(session, whole)
        if found is None:
            if session.upload:
                await self._forget(session)
            raise SessionLost
        return found

    async def _arrived(self, session: Session, whole: Mapping[str, str] = NO_SUM) -> UploadStatus | None:
        """Return the file if it is there, and by this upload; raises DigestMismatch."""
        answer = await self._objects.head(self._objects.key_of(session.object))
        if answer is None or answer.headers.get(MARK) != session.key:
            return None
        file = self._objects.told(session.object, answer)
        told = answer.headers.get(SUM, "")
        if file.size != session.size or (whole and told and told != whole[SUM]):
            raise DigestMismatch
        return UploadStatus(session.size, session.object, file=file)

    async def _forget(self, session: Session) -> None:
        self._sums.pop(session.upload, None)
        key = self._objects.key_of(session.object)
        await self._store.call("DELETE", key, query={"uploadId": session.upload}, allow=_GONE)
        await self._store.call("DELETE", self._note(session.key), allow=_GONE)

    async def _parts(self, session: Session) -> list[wire.Part]:
        """Return the parts that are there, in their order; raises NotFound for an upload that is not."""
        parts: list[wire.Part] = []
        query = {"uploadId": session.upload}
        while True:
            answer = await self._store.call("GET", self._objects.key_of(session.object), query=query)
            some, marker = wire.parts_from(answer)
            parts += some
            if not marker:
                return parts
            query["part-number-marker"] = marker

    async def _free_id(self, name: str, *, key: str, folder: str) -> str:
        """Return the id of a file that is not there, or came by this very upload."""
        plain = name.replace("\\", "/").rpartition("/")[2] or "file"
        path = PurePosixPath(plain)
        other = f"{path.stem}-{hashlib.sha256(key.encode()).hexdigest()[:8]}{path.suffix}"
        folder = _folder(folder)
        for one in (plain, other):
            file_id = folder + one
            if len(self._objects.key_of(file_id).encode()) > _LONGEST_KEY:
                raise InvalidInput("name", f"is longer than the {_LONGEST_KEY} bytes that a store takes")
            answer = await self._objects.head(self._objects.key_of(file_id))
            if answer is None or answer.headers.get(MARK) == key:
                break
        return file_id

    def _note(self, key: str) -> str:
        name = f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json" if key else ""
        return f"{self._store.prefix}{OURS}uploads/{name}"

    def _begun(self, session: Session) -> str:
        text = session.text()
        self._fresh.add(text)
        return text


async def _gathered(read: Callable[[], AsyncIterator[bytes]]) -> bytes:
    return b"".join([piece async for piece in read()])


def _folder(text: str) -> str:
    parts = [part for part in text.strip().split("/") if part]
    if any(part in {".", "..", OURS.rstrip("/")} for part in parts):
        raise InvalidInput("folder", f"“{text}” is no folder in a bucket; write one such as reports/2026")
    return "".join(f"{part}/" for part in parts)


def _type(name: str) -> str:
    return guess_type(name)[0] or "application/octet-stream"
