"""What the owner does with links, as transactions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import apsw

from linktui.linkserver.blobs import new_blob_id
from linktui.linkserver.bodies import FileRef, LinkCreate, LinkPatch
from linktui.linkserver.catalog import keys, links
from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.context import Context
from linktui.linkserver.errors import Refusal, invalid
from linktui.linkserver.times import to_ms
from linktui.model.slugs import new_slug


class Owner:
    """Makes and changes links."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._write = context.store.database.write

    async def create(self, body: LinkCreate, *, key: str | None, raw: bytes) -> tuple[LinkRow, bool]:
        """Return the link and whether it is new; raises a 409 or 422 Refusal."""
        digest, database = hashlib.sha256(raw).hexdigest(), self._context.store.database
        if (made := keys.find(database.read, "link", key, digest)) is not None:
            return links.get(database.read, made), False
        now = self._context.now()
        require_link(body, now=now)
        password_hash = None if body.password is None else await self._context.passwords.hash(body.password)

        def act(db: apsw.Connection) -> tuple[LinkRow, bool]:
            if (made := keys.find(db, "link", key, digest)) is not None:
                return links.get(db, made), False
            link = make_link(db, body, password_hash=password_hash, now=now)
            keys.remember(db, "link", key, digest=digest, subject=link.id, now=now)
            return link, True

        return await self._write(act)

    async def update(self, link_id: str, body: LinkPatch, *, if_match: str | None) -> LinkRow:
        """Return the changed link; raises a 404, 409, 412 or 422 Refusal."""
        given, now = body.model_fields_set, self._context.now()
        values: dict[str, str | int | None] = {}
        if "expires_at" in given:
            values["expires_at"] = _new_expiry(body, now=now)
        if "password" in given:
            hashed = None if body.password is None else await self._context.passwords.hash(body.password)
            values["password_hash"] = hashed
        if "download_limit" in given:
            values["download_limit"] = body.download_limit
        for name in ("name", "slug", "kind"):
            if name in given and (value := getattr(body, name)) is None:
                raise invalid(name, f"{name} cannot be unset.")
            if name in given:
                values[name] = value

        def act(db: apsw.Connection) -> LinkRow:
            link = links.get(db, link_id)
            _check_editable(link, if_match)
            if "kind" in given and link.kind == "upload":
                raise invalid("kind", "An upload link stays one.")
            if body.files is not None:
                _check_files(link.kind, body.files)
                links.set_files(db, link_id, [(file.id, file.caption) for file in body.files])
            links.merge_metadata(db, link_id, body.metadata or {})
            links.update(db, link_id, values, now=now)
            return links.get(db, link_id)

        return await self._write(act)

    async def revoke(self, link_id: str) -> LinkRow:
        """Return the revoked link; raises a 404 Refusal."""
        now = self._context.now()

        def act(db: apsw.Connection) -> LinkRow:
            links.revoke(db, link_id, now=now)
            return links.get(db, link_id)

        return await self._write(act)

    async def delete(self, link_id: str) -> None:
        """Delete a link; raises a 404 Refusal."""
        await self._write(lambda db: links.delete(db, link_id))


def require_link(body: LinkCreate, *, now: int) -> None:
    """Raise a 422 Refusal for a link that could not be made."""
    _check_files(body.kind, body.files)
    _check_expiry(None if body.expires_at is None else to_ms(body.expires_at), now=now)


def make_link(
    db: apsw.Connection, body: LinkCreate, *, now: int, password_hash: str | None = None
) -> LinkRow:
    """Add the link that `body` asks for, within a transaction; raises a 409 or 422 Refusal."""
    link_id = f"l_{new_blob_id()}"
    values: dict[str, str | int | None] = {
        "id": link_id,
        "kind": body.kind,
        "name": body.name or "Upload",
        "slug": body.slug or new_slug(),
        "expires_at": None if body.expires_at is None else to_ms(body.expires_at),
        "download_limit": body.download_limit,
        "password_hash": password_hash,
    }
    links.create(db, values, now=now)
    links.set_files(db, link_id, [(file.id, file.caption) for file in body.files])
    if body.name is None and body.files:
        links.name_by_first_file(db, link_id)
    links.merge_metadata(db, link_id, body.metadata)
    return links.get(db, link_id)


def if_match_of(headers: Mapping[str, str]) -> str | None:
    """Return the revision in If-Match; raises a 400 Refusal for anything but one strong tag."""
    header = headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    match = re.fullmatch(r'"([^"]{1,40})"', header.strip())
    if match is None:
        raise Refusal(400, "bad_header", 'If-Match is a revision in double quotes, such as "17".')
    return match[1]


def _check_editable(link: LinkRow, if_match: str | None) -> None:
    if if_match is not None and if_match != str(link.revision):
        raise Refusal(412, "stale", "The link was changed meanwhile.")
    if link.revoked_at is not None:
        raise Refusal(409, "revoked", "A revoked link cannot be changed.")


def _check_files(kind: str, files: list[FileRef]) -> None:
    if kind == "upload" and files:
        raise invalid("files", "An upload link begins without files.")
    if kind != "upload" and not files:
        raise invalid("files", "A link needs at least one file.")


def _check_expiry(expires_at: int | None, *, now: int) -> None:
    if expires_at is not None and expires_at <= now:
        raise Refusal(422, "expires_in_past", "The expiry lies in the past.", field="expires_at")


def _new_expiry(body: LinkPatch, *, now: int) -> int | None:
    if body.expires_at is None:
        return None
    if isinstance(body.expires_at, str):
        return now  # the shape allows no other word
    expires_at = to_ms(body.expires_at)
    _check_expiry(expires_at, now=now)
    return expires_at
