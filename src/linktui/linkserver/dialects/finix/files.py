"""Finix's files: a record first, then the bytes by upload or through a link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import apsw
from starlette.datastructures import UploadFile
from starlette.responses import Response

from linktui.linkserver.body import read_all
from linktui.linkserver.catalog import files
from linktui.linkserver.catalog.rows import FileRow
from linktui.linkserver.dialects import forms, objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.finix import params
from linktui.linkserver.dialects.finix.call import Call, list_of, new_id
from linktui.linkserver.dialects.finix.errors import FinixRefusal
from linktui.linkserver.dialects.finix.shapes import FILE, NAME
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.intake import take_whole
from linktui.linkserver.limits import MAX_JSON, MAX_RECEIVED


class Files:
    """The handlers below /files."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._stopping = dialect.context.stopping

    async def create(self, call: Call) -> Fields:
        """Make the record of a file whose bytes are still to come."""
        body = params.read_json(await read_all(call.request, most=MAX_JSON, stopping=self._stopping))
        kind = params.text(body, "type") or "OTHER"
        if kind not in params.FILE_TYPES:
            raise FinixRefusal(422, f"{kind} is not a type of file.", field="type")
        file = Object(
            dialect=NAME,
            kind=FILE,
            id=new_id("FILE"),
            created_at=call.now,
            fields={
                "display_name": params.text(body, "display_name"),
                "linked_to": params.text(body, "linked_to"),
                "type": kind,
                "tags": params.tags(body),
                "updated_at": call.now,
            },
        )

        def act(db: apsw.Connection) -> Fields:
            objects.add(db, file)
            return call.shapes(db).file(file)

        return await self._dialect.database.write(act)

    async def list(self, call: Call) -> Fields:
        """Return files, newest first."""
        wanted = params.listing(call.pairs)
        return self._dialect.look(
            lambda db: list_of(db, call, FILE, wanted, root="files", where={}, shape=call.shapes(db).file)
        )

    async def get(self, call: Call) -> Fields:
        """Return one file."""
        return self._dialect.look(lambda db: call.shapes(db).file(call.file(db)))

    async def upload(self, call: Call) -> Fields:
        """Take the bytes from a form."""
        file = call.file(self._dialect.database.read)
        form = await forms.multipart(call.request, most=MAX_RECEIVED, stopping=self._stopping)
        try:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise FinixRefusal(422, "file is required.", field="file")
            row = await self._dialect.keep(upload, name=upload.filename or "file")
        finally:
            await form.close()
        return await self.arrived(call, file, row)

    async def download(self, call: Call) -> Response:
        """Return the bytes to the owner, shown in the browser with `stream=true`."""
        file = call.file(self._dialect.database.read)
        if file.subject is None:
            raise FinixRefusal(404, f"File {file.id} has no upload yet.")
        row = files.get(self._dialect.database.read, file.subject)
        stream = dict(call.pairs).get("stream", "").lower() == "true"
        return await self._dialect.delivery.file(call.request, row, link=None, inline=stream)

    async def take(self, file: Object, body: AsyncIterator[bytes], *, name: str) -> FileRow:
        """Keep the bytes that come through a link."""
        return await take_whole(self._dialect.context.store, body, name=name)

    async def arrived(self, call: Call, file: Object, row: FileRow) -> Fields:
        """Note that a file's bytes are there, in place of those that were, and return it."""

        def act(db: apsw.Connection) -> tuple[Fields, str | None]:
            before = objects.get(db, NAME, FILE, file.id)
            assert before is not None  # files are never deleted
            fields = {"uploaded_at": call.now, "updated_at": call.now}
            objects.update(db, before, fields=fields, subject=row.id)
            after = objects.get(db, NAME, FILE, file.id)
            assert after is not None
            # The object has its new subject by now, so that it does not go with the old one.
            blob = (
                None if before.subject is None else files.delete(db, before.subject, force=True, now=call.now)
            )
            return call.shapes(db).file(after), blob

        told, blob = await self._dialect.database.write(act)
        if blob is not None:
            await asyncio.to_thread(self._dialect.context.store.unlink, blob)
        return told
