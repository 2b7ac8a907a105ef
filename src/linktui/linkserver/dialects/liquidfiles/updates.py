"""The calls that set one thing of a link each: PUT /link/ID/update_..., with a flat body.

https://docs.liquidfiles.com/api/v4.3/filelink/
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import apsw
from starlette.responses import Response

from linktui.linkserver.catalog import links
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.liquidfiles import params, rules
from linktui.linkserver.dialects.liquidfiles.call import Call
from linktui.linkserver.dialects.liquidfiles.shapes import LINK, NAME, OPTIONS
from linktui.linkserver.dialects.objects import Fields, Object

Handler = Callable[[Call], Awaitable[Fields | Response]]
Options = Callable[[apsw.Connection, Object], Fields]


class Updates:
    """The handlers, by the last part of their paths."""

    def __init__(self, dialect: Dialect, *, email: str) -> None:
        self._dialect = dialect
        self._email = email
        self.former: dict[str, Handler] = {
            "update_expires_at": _without_body(self.expires_at),
            "update_authentication": _without_body(self.authentication),
            "update_download_confirmation": _without_body(self.receipts),
        }
        """Those from before 4.3, which promise no body."""
        self.since_43: dict[str, Handler] = {
            "update_password": self.password,
            "update_slug": self.slug,
            "update_display_mode": self.display_mode,
            "update_allow_download": self.allow_download,
            "update_direct_links": self.direct_links,
            "update_recipient_limitations": self.recipients,
            "update_header": self.header,
            "update_footer": self.footer,
        }

    async def expires_at(self, call: Call) -> Fields:
        """Set the last day."""
        day = (await call.body(params.Expiry)).expires_at
        values = {"expires_at": rules.end_of(day, call.appliance.group, now=call.now)}
        return await self._set(call, values=values)

    async def authentication(self, call: Call) -> Fields:
        """Have people prove who they are, or not."""
        wanted = await call.body(params.Authentication)
        allowed = call.appliance.group.filelink_can_change_require_authentication
        rules.require(allowed, "change the authentication of FileLinks")
        return await self._set(call, wanted.model_dump())

    async def receipts(self, call: Call) -> Fields:
        """Have downloads told by mail, or not."""
        wanted = await call.body(params.Receipts)
        allowed = call.appliance.group.filelink_can_change_download_confirmation
        rules.require(allowed, "change the download receipts of FileLinks")
        return await self._set(call, wanted.model_dump())

    async def password(self, call: Call) -> Fields:
        """Set a password, or take it away."""
        password = (await call.body(params.NewPassword)).password
        rules.require(call.appliance.group.filelink_can_use_password, "use passwords for FileLinks")
        hashed = await self._dialect.context.passwords.hash(password) if password else None
        return await self._set(call, values={"password_hash": hashed})

    async def slug(self, call: Call) -> Fields:
        """Give the link an address of one's own, or take it away."""
        wanted = (await call.body(params.Slug)).slug_input or ""

        def options(db: apsw.Connection, link: Object) -> Fields:
            group = call.appliance.group
            return {"slug": rules.slug_of(db, wanted, group, email=self._email, link_id=link.id)}

        return await self._set(call, options)

    async def display_mode(self, call: Call) -> Fields:
        """Set how the page shows the files."""
        wanted, group = await call.body(params.Display), call.appliance.group
        allowed = {"inline": group.filelink_can_use_inline, "gallery": group.filelink_can_use_gallery}
        rules.require(allowed.get(wanted.display_mode, True), f"use {wanted.display_mode} for FileLinks")
        return await self._set(call, wanted.model_dump())

    async def allow_download(self, call: Call) -> Fields:
        """Let the files be kept, or only looked at."""
        wanted = await call.body(params.Downloads)
        allowed = wanted.allow_download or call.appliance.group.filelink_can_disable_downloads
        rules.require(allowed, "disable the downloads of FileLinks")
        return await self._set(call, wanted.model_dump())

    async def direct_links(self, call: Call) -> Fields:
        """Give each file an address of its own, or not."""
        wanted = await call.body(params.DirectLinks)
        allowed = not wanted.allow_direct_links or call.appliance.group.filelink_can_use_direct_links
        rules.require(allowed, "use direct links")
        return await self._set(call, wanted.model_dump())

    async def recipients(self, call: Call) -> Fields:
        """Set who may open the link, a text that becomes a list."""
        wanted = params.recipients_in((await call.body(params.Recipients)).recipient_limitations)
        allowed = call.appliance.group.filelink_can_change_require_authentication
        rules.require(allowed, "change the recipients of FileLinks")
        return await self._set(call, {"recipient_limitations": wanted})

    async def header(self, call: Call) -> Fields:
        """Set the HTML above the files."""
        return await self._html(call, {"header_html": (await call.body(params.Header)).header_html or ""})

    async def footer(self, call: Call) -> Fields:
        """Set the HTML below the files."""
        return await self._html(call, {"footer_html": (await call.body(params.Footer)).footer_html or ""})

    async def _html(self, call: Call, html: Fields) -> Fields:
        allowed = call.appliance.group.filelink_can_customise_header_footer
        rules.require(allowed, "customise the header and footer of FileLinks")
        return await self._set(call, html)

    async def _set(
        self,
        call: Call,
        options: Fields | Options | None = None,
        *,
        values: Mapping[str, str | int | None] | None = None,
    ) -> Fields:
        """Set options of the dialect and columns of the catalogue; return the link as it is then."""

        def act(db: apsw.Connection) -> Fields:
            link = call.link(db)
            told = options(db, link) if callable(options) else options or {}
            objects.update(db, link, fields=told)
            kind = _kind(OPTIONS | link.fields | told)
            links.update(db, link.subject or "", {**(values or {}), "kind": kind}, now=call.now)
            changed = objects.get(db, NAME, LINK, link.id) or link
            row = links.get(db, link.subject or "")
            rules.require_compatible(OPTIONS | changed.fields, password=row.password_hash is not None)
            return {"link": call.shapes(db).link(changed)}

        return await self._dialect.database.write(act)


def _without_body(handler: Callable[[Call], Awaitable[Fields]]) -> Handler:
    async def silent(call: Call) -> Response:
        await handler(call)
        return Response(media_type="application/json")

    return silent


def _kind(options: Fields) -> str:
    """Return what the catalogue calls such a link."""
    return "view" if options["display_mode"] != "icons" or not options["allow_download"] else "download"
