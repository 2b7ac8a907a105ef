"""Links in a bucket, kept in its catalogue: signed addresses, and evergreen ones at a link server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from linktui.model.errors import Conflict, DaemonNotRunning, NotFound
from linktui.model.link import KEEP, Link, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import NO
from linktui.providers.base import Page, Told, Wanted
from linktui.providers.here import LinksAt
from linktui.providers.s3.catalogue import Catalogue, Listed, Version
from linktui.providers.s3.evergreen import Evergreen
from linktui.providers.s3.limits import EVERGREEN, VERSION
from linktui.providers.s3.objects import Objects, inbox_of
from linktui.providers.s3.records import Kept, Record, link_id, told
from linktui.providers.s3.signed_links import SignedLinks
from linktui.providers.s3.slugs import Slugs
from linktui.providers.s3.store import Store

MOST_MADE = 1_000
"""Keys of links that are remembered, to find a repeated one without a call."""


class Links:
    """One account's links."""

    def __init__(
        self,
        store: Store,
        objects: Objects,
        catalogue: Catalogue,
        slugs: Slugs,
        *,
        account: str,
        links_at: LinksAt,
    ) -> None:
        self._store = store
        self._objects = objects
        self._catalogue = catalogue
        self._signed = SignedLinks(store, objects, catalogue)
        self._evergreen = Evergreen(store, catalogue, slugs, links_at=links_at)
        self._account = account
        self._links_at = links_at
        self._made: dict[str, str] = {}

    async def page(self, cursor: str | None, wanted: Wanted) -> Page[Told]:
        """Return one page of the links, newest first."""
        page = await self._catalogue.page(cursor, wanted)
        return Page(tuple([await self._told(version) for version in page.rows]), page.next_cursor)

    async def listed(self, cursor: str | None, wanted: Wanted) -> Listed:
        """Return which links come next, newest first, by one call."""
        return await self._catalogue.listed(cursor, wanted)

    async def read(self, marks: Mapping[str, str]) -> tuple[Told, ...]:
        """Return the links that were listed, but for those gone since; the marks are those of the list."""
        return tuple([await self._told(one) for one in await self._catalogue.records(marks, marks)])

    async def get(self, some_id: str) -> Told:
        """Return one link; raises NotFound."""
        return await self._told(await self._catalogue.get(some_id))

    async def create(self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool) -> Told:
        """Make a link, once for each key; raises NotFound for a file that is not there."""
        made = self._made.get(key) or (await self._catalogue.find(key) if again else None)
        if made is not None:
            with suppress(NotFound):
                return await self.get(made)
        some_id = link_id(self._store.now, key)
        file = None if spec.kind is LinkKind.UPLOAD else await self._kept(file_ids[0], spec)
        evergreen = self._links_at and spec.options.get(EVERGREEN) != NO
        version = await (self._evergreen if evergreen else self._signed).create(some_id, spec, file)
        self._made[key] = version[0].id
        if len(self._made) > MOST_MADE:
            del self._made[next(iter(self._made))]
        return await self._told(version)

    async def update(self, link: Link, edit: LinkEdit) -> Told:
        """Change a link; raises Conflict where it is another by now, or cannot end before its time."""
        version = await self._catalogue.get(link.id)
        record, etag = version
        if link.revision and link.revision != (record.edition or etag):
            raise Conflict("it was changed meanwhile", code="stale")
        if record.revoked_at is not None:
            raise Conflict("it is revoked, which is for good")
        changes: dict[str, Any] = {"updated_at": self._store.now}
        if edit.name is not KEEP:
            changes["name"] = edit.name
        if edit.metadata is not KEEP:
            changes["metadata"] = _merged(record.metadata, edit.metadata)
        return await self._told(await self._kind_of(record).update(version, edit, changes))

    async def revoke(self, some_id: str) -> Told:
        """Take a link back; raises Unsupported where nothing does."""
        version = await self._catalogue.get(some_id)
        if version[0].revoked_at is None:
            now = self._store.now
            version = await self._kind_of(version[0]).revoke(version, {"revoked_at": now, "updated_at": now})
        return await self._told(version)

    async def delete(self, some_id: str) -> None:
        """Remove a link; raises Unsupported where its address would stay good."""
        with suppress(NotFound):
            record, _ = await self._catalogue.get(some_id)
            await self._kind_of(record).delete(record)

    def _kind_of(self, record: Record) -> Evergreen | SignedLinks:
        return self._signed if record.gate is None else self._evergreen

    async def _kept(self, file_id: str, spec: LinkSpec) -> Kept:
        version = spec.options.get(VERSION, "")
        file = await self._objects.get(file_id, version=version)
        return Kept(id=file_id, name=file.name, size=file.size, media_type=file.media_type, version=version)

    async def _told(self, version: Version) -> Told:
        record, etag = version
        links_at = "" if self._links_at else None
        with suppress(DaemonNotRunning):  # each link says where it was made
            links_at = self._links_at.url() or None
        received = await self._received(record) if record.kind is LinkKind.UPLOAD else None
        return told(record, account=self._account, revision=etag, received=received, links_at=links_at)

    async def _received(self, record: Record) -> int:
        """Return how many files came in, as far as one page tells."""
        return len((await self._objects.list({"prefix": inbox_of(self._store.prefix, record.id)})).objects)


def _merged(before: Mapping[str, str], edit: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**before, **edit}
    return {key: text for key, text in merged.items() if text is not None}
