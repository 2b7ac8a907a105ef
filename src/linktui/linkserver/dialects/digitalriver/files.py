"""Digital River's files: upload, list, get, content, delete."""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode

import apsw
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from linktui.linkserver.body import read_all
from linktui.linkserver.catalog import files, links
from linktui.linkserver.dialects import forms, objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.digitalriver import params
from linktui.linkserver.dialects.digitalriver.call import Call, bounds, list_of, new_id
from linktui.linkserver.dialects.digitalriver.errors import bad
from linktui.linkserver.dialects.digitalriver.links import add_link, require_future
from linktui.linkserver.dialects.digitalriver.params import FileForm, FileJson, FileListing
from linktui.linkserver.dialects.digitalriver.shapes import FILE, LINK, NAME
from linktui.linkserver.dialects.file_types import HEAD, file_type
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.names import clean_name

MAX_FILE = 10 * (1 << 20)
"""Bytes."""
TYPES = frozenset({"csv", "jpg", "jpeg", "pdf", "png"})
_OVERHEAD = 1 << 20
"""Bytes of an upload beside the file."""
_NOUN = "File"
_FILTERS = {
    "purpose": "object.fields ->> 'purpose' = ?",
    "title": "object.fields ->> 'title' = ?",
    "type": "object.fields ->> 'type' = ?",
    "file_name": "file.name = ?",
}


class Files:
    """The handlers below /files."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._stopping = dialect.context.stopping

    async def create(self, call: Call) -> Fields:
        """Store an upload, from a form or from JSON."""
        if forms.content_type(call.request) == "application/json":
            most = MAX_FILE // 3 * 4 + _OVERHEAD
            body = await read_all(call.request, most=most, stopping=self._stopping)
            told = params.read_json(FileJson, body)
            return await self._keep(call, told, _decoded(told.file), name=told.file_name)
        form = await forms.multipart(call.request, most=MAX_FILE + _OVERHEAD, stopping=self._stopping)
        try:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise bad("missing_parameter", "file", "file is required, as a part with a file name.")
            pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
            fields = params.read(FileForm, dict(pairs))
            name = fields.file_name or upload.filename or ""
            return await self._keep(call, fields, upload, name=name)
        finally:
            await form.close()

    async def list(self, call: Call) -> Fields:
        """Return files, newest first."""
        wanted = params.read_query(FileListing, call.pairs)
        given = {condition: getattr(wanted, name) for name, condition in _FILTERS.items()}
        where = {condition: value for condition, value in given.items() if value is not None}
        where |= bounds("file.size", wanted.size)
        return self._dialect.look(
            lambda db: list_of(db, FILE, wanted, where=where, shape=call.shapes(db).file)
        )

    async def get(self, call: Call) -> Fields:
        """Return one file."""
        return self._dialect.look(lambda db: call.shapes(db).file(call.find(db, FILE, noun=_NOUN)))

    async def content(self, call: Call) -> Response:
        """Return the bytes to the one who has the secret; to those who insist on JSON, the name."""
        db = self._dialect.database.read
        file = call.find(db, FILE, noun=_NOUN)
        row = files.get(db, file.subject or "")
        if call.request.headers.get("accept") == "application/json":
            return JSONResponse({"id": file.id, "fileName": row.name})
        return await self._dialect.delivery.file(call.request, row, link=None)

    async def delete(self, call: Call) -> Response:
        """Delete a file, its links and its bytes."""

        def act(db: apsw.Connection) -> str:
            file = call.find(db, FILE, noun=_NOUN)
            for link in objects.all_of_parent(db, NAME, LINK, file.id):
                links.delete(db, link.subject or "")
            return files.delete(db, file.subject or "", force=True, now=call.now)

        blob = await self._dialect.database.write(act)
        await asyncio.to_thread(self._dialect.context.store.unlink, blob)
        return Response(status_code=204)

    async def _keep(self, call: Call, fields: FileForm, upload: UploadFile | bytes, *, name: str) -> Fields:
        require_future(fields.link_expires_time, now=call.now, parameter="linkExpiresTime")
        name = clean_name(name)
        kind = file_type(name, await _head(upload))
        size = len(upload) if isinstance(upload, bytes) else upload.size or 0
        if size > MAX_FILE:
            raise bad("invalid_parameter", "file", f"A file has at most {MAX_FILE} bytes.")
        if kind not in TYPES:
            raise bad("invalid_parameter", "file", "A file is a CSV, JPG, PDF or PNG.")
        row = await self._dialect.keep(upload, name=name)
        file = Object(
            dialect=NAME,
            kind=FILE,
            id=new_id("file"),
            subject=row.id,
            created_at=call.now,
            fields={"purpose": fields.purpose, "title": fields.title, "type": kind},
        )

        def act(db: apsw.Connection) -> Fields:
            objects.add(db, file)
            if fields.link_expires_time is not None:
                add_link(db, file, expires_at=fields.link_expires_time, fields={}, now=call.now)
            return call.shapes(db).file(file)

        return await self._dialect.database.write(act)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise bad("invalid_format", "file", "file has to be base64.") from None


async def _head(upload: UploadFile | bytes) -> bytes:
    if isinstance(upload, bytes):
        return upload[:HEAD]
    head = await upload.read(HEAD)
    await upload.seek(0)
    return head
