"""Many small files in one request, each with the link to it if one is wanted: all of them, or none.

The body is one line of JSON (`bodies.Parcel`), then the files' bytes one after the other. A catalogue commits
sixty files in the time of one, a disk flushes them together, and there is one round trip.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import apsw
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from linktui.linkserver import media_types
from linktui.linkserver.blobs import new_blob_id, new_blob_ids
from linktui.linkserver.bodies import FileRef, LinkCreate, Parcel, ParcelFile, parse
from linktui.linkserver.body import read_all
from linktui.linkserver.catalog import files, keys, links
from linktui.linkserver.catalog.rows import FileRow, LinkRow
from linktui.linkserver.context import Context
from linktui.linkserver.errors import Refusal, invalid
from linktui.linkserver.limits import MAX_PARCEL
from linktui.linkserver.names import clean_name
from linktui.linkserver.owner import make_link, require_link
from linktui.linkserver.shapes import Json, file_json, link_json


@dataclass(frozen=True, slots=True)
class _Item:
    """One file that came, and how it would be kept."""

    file: FileRow
    data: bytes
    key: str
    link: LinkCreate | None


Taken = tuple[FileRow, LinkRow | None]


class Parcels:
    """The owner's door for small files."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    async def take(self, request: Request) -> Response:
        """Store the files and make their links; the same keys and bytes again return the same ones."""
        body = await read_all(request, most=MAX_PARCEL, stopping=self._context.stopping)
        line, _, data = body.partition(b"\n")
        parcel = parse(Parcel, line)
        taken = await asyncio.to_thread(self._take, parcel, data)
        return JSONResponse(
            {"data": [self._told(*one) for one in taken]}, 201, headers={"Cache-Control": "no-store"}
        )

    async def take_back(self, key: str) -> Response:
        """Delete the file that came with a key, and the link made with it; a file that others hold stays."""
        blob = await self._store.database.write(lambda db: _forget(db, key, now=self._context.now()))
        if blob is not None:
            await asyncio.to_thread(self._store.unlink, blob)
        return Response(status_code=204)

    def _take(self, parcel: Parcel, data: bytes) -> list[Taken]:
        items = list(self._items(parcel, data))
        self._store.blobs.require_room(len(data))
        blobs = {item.file.blob: item.data for item in items}
        with self._store.placing(list(blobs)):
            self._store.blobs.put(blobs)
            taken = self._store.database.write_now(lambda db: [self._publish(db, item) for item in items])
        for blob in blobs.keys() - {file.blob for file, _ in taken}:
            self._store.unlink(blob)
        return taken

    def _items(self, parcel: Parcel, data: bytes) -> Iterator[_Item]:
        """Yield the files, each with its bytes; raises a 400, 422 or 460 Refusal."""
        if sum(file.size for file in parcel.files) != len(data):
            raise Refusal(400, "bad_length", "The files' sizes are not those of the bytes that came.")
        offset, now = 0, self._context.now()
        for file, blob in zip(parcel.files, new_blob_ids(len(parcel.files)), strict=True):
            piece, offset = data[offset : offset + file.size], offset + file.size
            if hashlib.sha256(piece).hexdigest() != file.sha256:
                raise Refusal(460, "checksum_mismatch", "The bytes changed on their way: send them again.")
            if file.link is not None:
                _check_link(file.link, now=now)
            yield _Item(_file_row(file, piece, blob=blob, now=now), piece, file.key, file.link)

    def _publish(self, db: apsw.Connection, item: _Item) -> Taken:
        now = item.file.created_at
        request = repr((item.file.name, item.file.sha256))
        file = _file_of(db, item.key, request)
        if file is None:
            file = item.file
            files.publish(db, file, now=now)
            keys.remember(db, "file", item.key, digest=request, subject=file.id, now=now)
        link = None if item.link is None else self._link(db, item.link, file, key=item.key)
        return replace(file, link_count=max(file.link_count, int(link is not None))), link

    def _link(self, db: apsw.Connection, body: LinkCreate, file: FileRow, *, key: str) -> LinkRow:
        digest = hashlib.sha256(f"{file.id} {body.model_dump_json()}".encode()).hexdigest()
        made = keys.find(db, "link", key, digest)
        if made is not None and links.is_there(db, made):
            return links.get(db, made)
        now = self._context.now()
        link = make_link(db, body.model_copy(update={"files": [FileRef(id=file.id)]}), now=now)
        keys.remember(db, "link", key, digest=digest, subject=link.id, now=now)
        return link

    def _told(self, file: FileRow, link: LinkRow | None) -> Json:
        now = self._context.now()
        told = None if link is None else link_json(link, url=self._context.url(link), now=now)
        return {"file": file_json(file), "link": told}


def _check_link(link: LinkCreate, *, now: int) -> None:
    if link.files or link.kind == "upload":
        raise invalid("files", "The link is to the one file that comes with it.")
    if link.password is not None:
        # Each hash takes so long that many of them would hold up everybody.
        raise invalid("password", "A link with a password is made by itself.")
    require_link(link.model_copy(update={"files": [FileRef(id="")]}), now=now)


def _file_row(file: ParcelFile, data: bytes, *, blob: str, now: int) -> FileRow:
    name = clean_name(file.name)
    return FileRow(
        id=f"f_{new_blob_id()}",
        blob=blob,
        name=name,
        size=file.size,
        media_type=media_types.media_type(name),
        inline_type=media_types.inline_type(name, data[: media_types.HEAD]),
        sha256=file.sha256,
        created_at=now,
        from_link=None,
    )


def _file_of(db: apsw.Connection, key: str, request: str) -> FileRow | None:
    """Return the file that came with a key before, unless it was deleted since; raises a 409 Refusal."""
    made = keys.find(db, "file", key, request)
    return None if made is None or not files.is_there(db, made) else files.get(db, made)


def _forget(db: apsw.Connection, key: str, *, now: int) -> str | None:
    """Delete what came with a key and return the blob to unlink, if there is one."""
    link_id, file_id = keys.subject(db, "link", key), keys.subject(db, "file", key)
    if link_id is not None and links.is_there(db, link_id):
        links.delete(db, link_id)
    keys.forget(db, key)
    if file_id is None or not files.is_there(db, file_id) or files.get(db, file_id).link_count:
        return None
    return files.delete(db, file_id, force=False, now=now)
