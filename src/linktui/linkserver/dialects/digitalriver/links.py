"""Digital River's file links: create, list, get, update, delete."""

from __future__ import annotations

import apsw
from starlette.responses import Response

from linktui.linkserver.body import read_all
from linktui.linkserver.catalog import links
from linktui.linkserver.dialects import forms, objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.digitalriver import params
from linktui.linkserver.dialects.digitalriver.call import Call, list_of, new_id
from linktui.linkserver.dialects.digitalriver.errors import RiverRefusal, bad
from linktui.linkserver.dialects.digitalriver.params import LinkCreate, LinkListing, LinkUpdate
from linktui.linkserver.dialects.digitalriver.shapes import FILE, LINK, NAME
from linktui.linkserver.dialects.objects import EXPIRED, Fields, Object
from linktui.linkserver.dialects.sharing import over, share
from linktui.linkserver.limits import MAX_JSON

_NOUN = "File link"


class Links:
    """The handlers below /file-links."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    async def create(self, call: Call) -> Fields:
        """Make a link to a file; it has to expire some day."""
        wanted = params.read_json(LinkCreate, await self._body(call))
        require_future(wanted.expires_time, now=call.now, parameter="expiresTime")

        def act(db: apsw.Connection) -> Fields:
            file = objects.get(db, NAME, FILE, wanted.file_id)
            if file is None:
                raise bad("invalid_parameter", "fileId", f"'{wanted.file_id}' is not a valid fileId.")
            fields = {"metadata": wanted.metadata} if wanted.metadata else {}
            link = add_link(db, file, expires_at=wanted.expires_time, fields=fields, now=call.now)
            return call.shapes(db).link(link)

        return await self._dialect.database.write(act)

    async def list(self, call: Call) -> Fields:
        """Return links, newest first."""
        wanted = params.read_query(LinkListing, call.pairs)
        where: dict[str, object] = {}
        if wanted.file_id is not None:
            where["object.parent = ?"] = wanted.file_id
        if wanted.expired is not None:
            where[EXPIRED] = (call.now, wanted.expired)
        return self._dialect.look(
            lambda db: list_of(db, LINK, wanted, where=where, shape=call.shapes(db).link)
        )

    async def get(self, call: Call) -> Fields:
        """Return one link."""
        return self._dialect.look(lambda db: call.shapes(db).link(call.find(db, LINK, noun=_NOUN)))

    async def update(self, call: Call) -> Fields:
        """Change when a link expires, unless it has."""
        wanted = params.read_json(LinkUpdate, await self._body(call))
        require_future(wanted.expires_time, now=call.now, parameter="expiresTime")

        def act(db: apsw.Connection) -> Fields:
            link = call.find(db, LINK, noun=_NOUN)
            if over(links.get(db, link.subject or ""), call.now):
                raise RiverRefusal(409, "restricted_update", "Expired links can no longer be updated.")
            links.update(db, link.subject or "", {"expires_at": wanted.expires_time}, now=call.now)
            return call.shapes(db).link(link)

        return await self._dialect.database.write(act)

    async def delete(self, call: Call) -> Response:
        """Delete a link; its file stays."""

        def act(db: apsw.Connection) -> None:
            links.delete(db, call.find(db, LINK, noun=_NOUN).subject or "")

        await self._dialect.database.write(act)
        return Response(status_code=204)

    async def _body(self, call: Call) -> bytes:
        if forms.content_type(call.request) != "application/json":
            raise bad("invalid_format", "Content-Type", "The body has to be application/json.")
        return await read_all(call.request, most=MAX_JSON, stopping=self._dialect.context.stopping)


def add_link(db: apsw.Connection, file: Object, *, expires_at: int, fields: Fields, now: int) -> Object:
    """Return a new link to the file; moments in milliseconds since 1970 UTC."""
    row = share(db, file.subject or "", kind="download", expires_at=expires_at, now=now)
    link = Object(
        dialect=NAME,
        kind=LINK,
        id=new_id("link"),
        subject=row.id,
        parent=file.id,
        created_at=now,
        fields=fields,
    )
    objects.add(db, link)
    return link


def require_future(expires_at: int | None, *, now: int, parameter: str) -> None:
    """Raise a RiverRefusal for an expiry that has passed."""
    if expires_at is not None and expires_at <= now:
        raise bad("invalid_parameter", parameter, f"{parameter} has to lie in the future.")
