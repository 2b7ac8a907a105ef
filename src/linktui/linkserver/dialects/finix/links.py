"""Finix's external links: made, listed and got, never changed and never taken back."""

from __future__ import annotations

from typing import Literal

import apsw

from linktui.linkserver.body import read_all
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import Dialect, random_text
from linktui.linkserver.dialects.finix import params
from linktui.linkserver.dialects.finix.call import Call, list_of, new_id
from linktui.linkserver.dialects.finix.errors import FinixRefusal
from linktui.linkserver.dialects.finix.shapes import LINK, NAME
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.sharing import share
from linktui.linkserver.limits import MAX_JSON

MINUTE_MS = 60_000


class Links:
    """The handlers below /files/{file_id}/external_links."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    async def create(self, call: Call) -> Fields:
        """Make a link; one that hands bytes out needs them to be there (at Finix: UNCONFIRMED)."""
        stopping = self._dialect.context.stopping
        body = params.read_json(await read_all(call.request, most=MAX_JSON, stopping=stopping))
        kind = params.text(body, "type")
        if kind not in params.LINK_TYPES:
            raise FinixRefusal(422, f"type has to be one of {', '.join(params.LINK_TYPES)}.", field="type")
        expires_at = call.now + params.duration(body) * MINUTE_MS
        fields = {
            "type": kind,
            "expires_at": expires_at,
            "tags": params.tags(body),
            "token": random_text(40),
        }

        def act(db: apsw.Connection) -> Fields:
            file = call.file(db)
            subject = None
            if kind != "UPLOAD":
                if file.subject is None:
                    raise FinixRefusal(400, f"File {file.id} has no upload yet.")
                shown: Literal["view", "download"] = "view" if kind == "VIEW" else "download"
                subject = share(db, file.subject, kind=shown, expires_at=expires_at, now=call.now).id
            link = Object(
                dialect=NAME,
                kind=LINK,
                id=new_id("EL"),
                subject=subject,
                parent=file.id,
                created_at=call.now,
                fields=fields | {"updated_at": call.now},
            )
            objects.add(db, link)
            return call.shapes(db).link(link)

        return await self._dialect.database.write(act)

    async def list(self, call: Call) -> Fields:
        """Return the links of one file, newest first."""
        wanted = params.listing(call.pairs)

        def act(db: apsw.Connection) -> Fields:
            where = {"object.parent = ?": call.file(db).id}
            shape = call.shapes(db).link
            return list_of(db, call, LINK, wanted, root="external_links", where=where, shape=shape)

        return self._dialect.look(act)

    async def get(self, call: Call) -> Fields:
        """Return one link of the file."""

        def act(db: apsw.Connection) -> Fields:
            file, link_id = call.file(db), call.request.path_params["link_id"]
            link = objects.get(db, NAME, LINK, link_id)
            if link is None or link.parent != file.id:
                raise FinixRefusal(404, f"External link {link_id} could not be found.")
            return call.shapes(db).link(link)

        return self._dialect.look(act)
