"""LiquidFiles' FileLinks: create, list, show, delete, their downloads and their files.

https://docs.liquidfiles.com/api/v4.3/filelink/
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import apsw
from starlette.responses import Response

from linktui.linkserver.blobs import new_blob_id
from linktui.linkserver.catalog import downloads, files, links
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import Dialect, random_text
from linktui.linkserver.dialects.liquidfiles import params, rules
from linktui.linkserver.dialects.liquidfiles.attachments import ID_LENGTH
from linktui.linkserver.dialects.liquidfiles.call import Call
from linktui.linkserver.dialects.liquidfiles.errors import invalid, not_found
from linktui.linkserver.dialects.liquidfiles.params import NewLink
from linktui.linkserver.dialects.liquidfiles.shapes import ATTACHMENT, LINK, NAME, OPTIONS, attached_to
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.model.slugs import new_slug

EVERY = 1_000_000
MOST_DOWNLOADS = 1000

Held = list[tuple[Object, str]]
"""A link's attachments in order, each with its caption."""


class Links:
    """The handlers below /link, but those of the options."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    async def create(self, call: Call) -> Fields:
        """Make a link to one file or several; what is not said is as the group has it."""
        wanted = (await call.body(params.Wrapped)).link
        group = call.appliance.group
        rules.require(group.can_use_filelinks, "use FileLinks")
        ids = _wanted_ids(call, wanted)
        expires_at = rules.end_of(wanted.expires_at, group, now=call.now)
        options = _options(call, wanted)
        password_hash = None
        if wanted.password:
            rules.require(group.filelink_can_use_password, "use passwords for FileLinks")
            password_hash = await self._dialect.context.passwords.hash(wanted.password)

        def act(db: apsw.Connection) -> Fields:
            row_id = f"l_{new_blob_id()}"
            held = [(_attachment(db, attachment_id), "") for attachment_id in ids]
            values: dict[str, str | int | None] = {
                "id": row_id,
                "kind": "download",
                "name": "",
                "slug": new_slug(),
                "expires_at": expires_at,
                "password_hash": password_hash,
            }
            links.create(db, values, now=call.now)
            link = Object(
                dialect=NAME,
                kind=LINK,
                id=random_text(ID_LENGTH),
                subject=row_id,
                created_at=call.now,
                fields=options,
            )
            objects.add(db, link)
            return _hold(db, call, link, held)

        return await self._dialect.database.write(act)

    async def list(self, call: Call) -> Fields:
        """Return links, oldest first as in the documentation's example; there are no pages."""
        limit = _limit(call.request.query_params.get("limit"))

        def act(db: apsw.Connection) -> Fields:
            # The page in front of the very first is that of the oldest, told newest first.
            found = objects.page(db, NAME, LINK, limit=limit, before=0).data
            shapes = call.shapes(db)
            return {"links": [shapes.link(link) for link in reversed(found)]}

        return self._dialect.look(act)

    async def show(self, call: Call) -> Fields:
        """Return one link."""
        return self._dialect.look(lambda db: {"link": call.shapes(db).link(call.link(db))})

    async def delete(self, call: Call) -> Response:
        """Delete a link; its files stay."""
        await self._dialect.database.write(lambda db: links.delete(db, call.link(db).subject or ""))
        return Response(" ", media_type="application/json")

    async def downloads(self, call: Call) -> Fields:
        """Return who took what, latest first."""

        def act(db: apsw.Connection) -> Fields:
            link = call.link(db)
            row = links.get(db, link.subject or "")
            found, _ = downloads.page(db, row.id, limit=MOST_DOWNLOADS, before=None)
            shapes, ended = call.shapes(db), [one for one in found if one.state != "running"]
            return {"downloads": [shapes.download(link, row, one) for one in ended]}

        return self._dialect.look(act)

    async def add_file(self, call: Call) -> Fields:
        """Add a file behind the others."""
        added = (await call.body(params.Added)).secure_id

        def change(db: apsw.Connection, held: Held) -> Held:
            if added in _ids(held):
                raise invalid("Attachment is in this FileLink already")
            _check_files(len(held) + 1, most=call.appliance.group.filelink_max_files)
            return [*held, (_attachment(db, added), "")]

        return await self._change(call, change)

    async def remove_file(self, call: Call) -> Fields:
        """Take a file out, and delete it if no other link holds it."""
        removed = call.request.path_params["attachment"]
        blobs: list[str] = []

        def act(db: apsw.Connection) -> Fields:
            link = call.link(db)
            held = attached_to(db, links.get(db, link.subject or ""))
            _require_held(held, removed)
            kept = [one for one in held if one[0].id != removed]
            _check_files(len(kept), most=len(held))
            told = _hold(db, call, link, kept)
            attachment = _attachment(db, removed)
            if not files.get(db, attachment.subject or "").link_count:
                blobs.append(files.delete(db, attachment.subject or "", force=True, now=call.now))
            return told

        told = await self._dialect.database.write(act)
        for blob in blobs:
            await asyncio.to_thread(self._dialect.context.store.unlink, blob)
        return told

    async def reorder(self, call: Call) -> Fields:
        """Bring all files into another order."""
        order = (await call.body(params.Order)).ordered_secure_ids

        def change(db: apsw.Connection, held: Held) -> Held:
            if sorted(order) != sorted(_ids(held)):
                raise invalid("Ordered secure ids have to be those of all files")
            return sorted(held, key=lambda one: order.index(one[0].id))

        return await self._change(call, change)

    async def caption(self, call: Call) -> Fields:
        """Say something of a file."""
        caption = (await call.body(params.Captioned)).caption or ""
        captioned = call.request.path_params["attachment"]

        def change(db: apsw.Connection, held: Held) -> Held:
            _require_held(held, captioned)
            return [(one, caption if one.id == captioned else text) for one, text in held]

        return await self._change(call, change)

    async def _change(self, call: Call, change: Callable[[apsw.Connection, Held], Held]) -> Fields:
        def act(db: apsw.Connection) -> Fields:
            link = call.link(db)
            held = attached_to(db, links.get(db, link.subject or ""))
            return _hold(db, call, link, change(db, held))

        return await self._dialect.database.write(act)


def _wanted_ids(call: Call, wanted: NewLink) -> list[str]:
    match wanted.attachment:
        case str() as attachment_id:
            return [attachment_id]
        case _ if call.appliance.old:
            raise invalid("Attachment has to be a string")
        case ids:
            _check_files(len(ids), most=call.appliance.group.filelink_max_files)
            return ids


def _options(call: Call, wanted: NewLink) -> Fields:
    """Return the options of a new link; of the two names of receipts each version has its own."""
    group, options = call.appliance.group, dict(OPTIONS)
    if wanted.require_authentication is not None:
        rules.require(group.filelink_can_change_require_authentication, "change the authentication")
        options["require_authentication"] = wanted.require_authentication
    receipts = wanted.download_receipt
    if wanted.send_download_confirmation is not None and not call.appliance.old:
        receipts = wanted.send_download_confirmation
    if receipts is not None:
        rules.require(group.filelink_can_change_download_confirmation, "change download receipts")
        options["send_download_confirmation"] = receipts
    return options


def _hold(db: apsw.Connection, call: Call, link: Object, held: Held) -> Fields:
    """Have a link hold just these, and return it as it is then."""
    row_id = link.subject or ""
    links.set_files(db, row_id, [(one.subject or "", caption) for one, caption in held])
    links.name_by_first_file(db, row_id)
    links.touch(db, row_id, now=call.now)
    return {"link": call.shapes(db).link(link)}


def _attachment(db: apsw.Connection, attachment_id: str) -> Object:
    found = objects.get(db, NAME, ATTACHMENT, attachment_id)
    if found is None:
        raise invalid("Attachment not found")
    return found


def _ids(held: Sequence[tuple[Object, str]]) -> list[str]:
    return [one.id for one, _ in held]


def _require_held(held: Held, attachment_id: str) -> None:
    if attachment_id not in _ids(held):
        raise not_found("Attachment")


def _check_files(count: int, *, most: int) -> None:
    if count < 1:
        raise invalid("Attachment can't be blank")
    if count > most:
        raise invalid(f"A FileLink holds at most {most} file{'' if most == 1 else 's'}")


def _limit(text: str | None) -> int:
    if text is None:
        return EVERY
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise invalid("Limit has to be a number above 0")
    return int(text)
