"""Stripe's files: upload, list, get, and the bytes.

https://docs.stripe.com/api/files
"""

from __future__ import annotations

import asyncio

import apsw
from starlette.responses import Response

from linktui.linkserver.catalog import files
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.file_types import HEAD, file_type
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.stripe.call import Call
from linktui.linkserver.dialects.stripe.errors import StripeRefusal, missing
from linktui.linkserver.dialects.stripe.ids import new_id
from linktui.linkserver.dialects.stripe.links import add_link, require_future
from linktui.linkserver.dialects.stripe.listing import list_of
from linktui.linkserver.dialects.stripe.params import FileCreate, FileListing, LinkData, Params
from linktui.linkserver.dialects.stripe.purposes import (
    PURPOSES,
    require_linkable,
    require_uploadable,
)
from linktui.linkserver.dialects.stripe.shapes import FILE, require_expandable
from linktui.linkserver.names import clean_name

NOUN = "file upload"
"""What Stripe's own messages call a file."""


class Files:
    """The handlers below /v1/files."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    async def create(self, call: Call) -> Fields:
        """Store an upload, with a link to it if one is asked for."""
        upload = call.upload
        if upload is None:
            raise StripeRefusal("Missing required param: file.", code="parameter_missing", param="file")
        wanted = call.read(FileCreate)
        expand = require_expandable(FILE, wanted.expand)
        name = clean_name(upload.filename or "")
        kind = file_type(name, await asyncio.to_thread(upload.file.read, HEAD))
        require_uploadable(wanted.purpose, size=upload.size or 0, kind=kind)
        link = _link_asked_for(wanted, now=call.now)
        await upload.seek(0)
        row = await self._dialect.keep(upload, name=name)
        life = PURPOSES[wanted.purpose].life
        new = Object(
            dialect=call.namespace,
            kind=FILE,
            id=new_id("file", call.account),
            subject=row.id,
            created_at=call.now,
            fields={
                "purpose": wanted.purpose,
                "type": kind,
                "title": None,
                "expires_at": None if life is None else call.seconds + life,
            },
        )

        def act(db: apsw.Connection) -> Fields:
            objects.add(db, new)
            if link is not None:
                add_link(db, call, file=new, expires_at=link.expires_at, metadata=link.metadata)
            return call.shapes(db).file(new, expand=expand)

        return await self._dialect.database.write(call.make(act))

    async def list(self, call: Call) -> Fields:
        """Return files, newest first."""
        wanted = call.read(FileListing)
        expand = require_expandable(FILE, wanted.expand, listed=True)
        where = {} if wanted.purpose is None else {"object.fields ->> 'purpose' = ?": wanted.purpose}

        def act(db: apsw.Connection) -> Fields:
            shapes = call.shapes(db)
            return list_of(
                db,
                call,
                FILE,
                wanted,
                where=where,
                url="/v1/files",
                noun=NOUN,
                shape=lambda file: shapes.file(file, expand=expand),
            )

        return self._dialect.look(act)

    async def get(self, call: Call) -> Fields:
        """Return one file."""
        expand = require_expandable(FILE, call.read(Params).expand)
        return self._dialect.look(lambda db: call.shapes(db).file(_find(db, call), expand=expand))

    async def contents(self, call: Call) -> Response:
        """Return a file's bytes to the account that has it."""
        file = _find(self._dialect.database.read, call)
        if not PURPOSES[file.fields["purpose"]].download:
            raise StripeRefusal("Files with this purpose cannot be downloaded.", status=403)
        if expired(file, now=call.now):
            raise missing(NOUN, file.id, param="file", status=404)
        row = files.get(self._dialect.database.read, file.subject or "")
        return await self._dialect.delivery.file(call.request, row, link=None)


def expired(file: Object, *, now: int) -> bool:
    """Tell whether a file is no longer available, its links included."""
    expires_at = file.fields["expires_at"]
    return expires_at is not None and expires_at <= now // 1000


def _find(db: apsw.Connection, call: Call) -> Object:
    file_id = call.request.path_params["file"]
    found = objects.get(db, call.namespace, FILE, file_id)
    if found is None:
        raise missing(NOUN, file_id, param="file", status=404)
    return found


def _link_asked_for(wanted: FileCreate, *, now: int) -> LinkData | None:
    link = wanted.file_link_data
    if link is None or not link.create:
        return None
    require_linkable(wanted.purpose, param="file_link_data")
    require_future(link.expires_at, now=now, param="file_link_data[expires_at]")
    return link
