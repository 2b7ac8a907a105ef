"""Stripe's file links: create, list, get, update; nothing deletes one.

https://docs.stripe.com/api/file_links
"""

from __future__ import annotations

from collections.abc import Mapping

import apsw

from linktui.linkserver.catalog import links
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.objects import EXPIRED, Fields, Object
from linktui.linkserver.dialects.sharing import over, share
from linktui.linkserver.dialects.stripe.call import Call
from linktui.linkserver.dialects.stripe.errors import StripeRefusal, missing
from linktui.linkserver.dialects.stripe.ids import new_id
from linktui.linkserver.dialects.stripe.listing import list_of
from linktui.linkserver.dialects.stripe.params import (
    LinkCreate,
    LinkListing,
    LinkUpdate,
    Params,
)
from linktui.linkserver.dialects.stripe.purposes import require_linkable
from linktui.linkserver.dialects.stripe.shapes import FILE, LINK, require_expandable

NOUN = "file link"


class Links:
    """The handlers below /v1/file_links."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    async def create(self, call: Call) -> Fields:
        """Make a link to a file whose purpose allows it."""
        wanted = call.read(LinkCreate)
        expand = require_expandable(LINK, wanted.expand)
        require_future(wanted.expires_at, now=call.now)

        def act(db: apsw.Connection) -> Fields:
            file = objects.get(db, call.namespace, FILE, wanted.file)
            if file is None:
                raise missing("file upload", wanted.file, param="file")
            require_linkable(file.fields["purpose"], param="file")
            link = add_link(db, call, file=file, expires_at=wanted.expires_at, metadata=wanted.metadata)
            return call.shapes(db).link(link, expand=expand)

        return await self._dialect.database.write(call.make(act))

    async def list(self, call: Call) -> Fields:
        """Return links, newest first."""
        wanted = call.read(LinkListing)
        expand = require_expandable(LINK, wanted.expand, listed=True)
        where: dict[str, object] = {}
        if wanted.file is not None:
            where["object.parent = ?"] = wanted.file
        if wanted.expired is not None:
            where[EXPIRED] = (call.now, wanted.expired)

        def act(db: apsw.Connection) -> Fields:
            if wanted.file is not None and objects.get(db, call.namespace, FILE, wanted.file) is None:
                raise missing("file upload", wanted.file, param="file")
            shapes = call.shapes(db)
            return list_of(
                db,
                call,
                LINK,
                wanted,
                where=where,
                url="/v1/file_links",
                noun=NOUN,
                shape=lambda link: shapes.link(link, expand=expand),
            )

        return self._dialect.look(act)

    async def get(self, call: Call) -> Fields:
        """Return one link."""
        expand = require_expandable(LINK, call.read(Params).expand)
        return self._dialect.look(lambda db: call.shapes(db).link(_find(db, call), expand=expand))

    async def update(self, call: Call) -> Fields:
        """Change the expiry and the metadata of a link that has not expired."""
        wanted = call.read(LinkUpdate)
        expand = require_expandable(LINK, wanted.expand)
        if isinstance(wanted.expires_at, int):
            require_future(wanted.expires_at, now=call.now)

        def act(db: apsw.Connection) -> Fields:
            link = _find(db, call)
            row = links.get(db, link.subject or "")
            if over(row, call.now):
                raise StripeRefusal("Expired links can no longer be updated.")
            if "metadata" in wanted.model_fields_set:
                _merge(db, row.id, row.metadata, wanted.metadata)
            expiry = {"expires_at": _expiry(wanted, call)} if "expires_at" in wanted.model_fields_set else {}
            links.update(db, row.id, expiry, now=call.now)
            return call.shapes(db).link(link, expand=expand)

        return await self._dialect.database.write(call.make(act))


def add_link(
    db: apsw.Connection,
    call: Call,
    *,
    file: Object,
    expires_at: int | None,
    metadata: Mapping[str, str] | None,
) -> Object:
    """Return a new link to the file; `expires_at` in seconds since 1970 UTC."""
    row = share(
        db,
        file.subject or "",
        kind="view",
        expires_at=None if expires_at is None else expires_at * 1000,
        metadata={key: value for key, value in (metadata or {}).items() if value},
        now=call.now,
    )
    link = Object(
        dialect=call.namespace,
        kind=LINK,
        id=new_id("link", call.account),
        subject=row.id,
        parent=file.id,
        created_at=call.now,
    )
    objects.add(db, link)
    return link


def require_future(seconds: int | None, *, now: int, param: str = "expires_at") -> None:
    """Raise a StripeRefusal for an expiry that has passed."""
    if seconds is not None and seconds * 1000 <= now:
        raise StripeRefusal("The expiry must be a timestamp in the future.", param=param)


def _find(db: apsw.Connection, call: Call) -> Object:
    link_id = call.request.path_params["link"]
    found = objects.get(db, call.namespace, LINK, link_id)
    if found is None:
        raise missing(NOUN, link_id, param="link", status=404)
    return found


def _expiry(wanted: LinkUpdate, call: Call) -> int | None:
    match wanted.expires_at:
        case int() as seconds:
            return seconds * 1000
        case "now":
            return call.seconds * 1000
        case _:
            return None


def _merge(
    db: apsw.Connection, link_id: str, old: Mapping[str, str], given: Mapping[str, str] | None
) -> None:
    if given is None:
        links.merge_metadata(db, link_id, dict.fromkeys(old))
    else:
        links.merge_metadata(db, link_id, {key: value or None for key, value in given.items()})
