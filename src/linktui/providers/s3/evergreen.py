"""Evergreen links: a short address at a link server, which asks, counts and leads to the file in the bucket.

All there is of one is its record and the claim of its address, so that any server that can read the bucket
answers for it, and whatever a person changes holds at all of them from the next visit on.
"""

from __future__ import annotations

import asyncio
from typing import Any

from linktui.model.errors import Conflict, InvalidInput
from linktui.model.ids import random_id
from linktui.model.link import KEEP, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import NO
from linktui.model.slugs import check_slug, new_slug
from linktui.providers.here import LinksAt
from linktui.providers.rehearsal import MASK
from linktui.providers.s3.catalogue import Catalogue, Version
from linktui.providers.s3.limits import EVERGREEN, LARGEST, REVOCABLE
from linktui.providers.s3.records import Gate, Kept, Record, end_of, served_url
from linktui.providers.s3.slugs import Slugs
from linktui.providers.s3.store import Store

TRIES = 20
"""Times that a change is written anew because visitors were counted in between."""


class Evergreen:
    """One account's evergreen links, as their owner makes and changes them."""

    def __init__(self, store: Store, catalogue: Catalogue, slugs: Slugs, *, links_at: LinksAt) -> None:
        self._store = store
        self._catalogue = catalogue
        self._slugs = slugs
        self._links_at = links_at

    async def create(self, some_id: str, spec: LinkSpec, file: Kept | None) -> Version:
        """Make a link to a file, or for files from others.

        Raises InvalidInput, Conflict for an address that another link has, and DaemonNotRunning.
        """
        _check(spec.kind, spec.download_limit)
        if spec.options.get(REVOCABLE) == NO:
            raise InvalidInput(REVOCABLE, f"can be no only where {EVERGREEN} is no too")
        now = self._store.now
        ends_at, place = end_of(spec, now), self._links_at.url()
        password_hash = None if spec.password is None else await self._hash(spec.password)
        slug = spec.slug
        if slug:
            check_slug(slug)
            some_id = await self._slugs.claim(slug, some_id)
        else:
            slug = new_slug()
            await self._slugs.claim_new(slug, some_id)
        record = Record(
            id=some_id,
            kind=spec.kind,
            name=spec.name or ("Send a file" if file is None else file.name),
            url=served_url(place, slug),
            created_at=now,
            wanted_end=ends_at,
            ends_at=ends_at,
            file=file,
            metadata=dict(spec.metadata),
            revocable=True,
            max_size=spec.options.get(LARGEST, ""),
            gate=Gate(slug=slug, password_hash=password_hash, limit=spec.download_limit),
            edition=random_id(4),
        )
        try:
            return await self._catalogue.put(record)
        except Conflict:  # the answer to the first try was lost
            made = await self._catalogue.get(some_id)
            if made[0].gate is None or not self._slugs.same(made[0].gate.slug, slug):
                await self._slugs.release(slug, some_id)
            return made

    async def update(self, version: Version, edit: LinkEdit, changes: dict[str, Any]) -> Version:
        """Change a link; `changes` is what else becomes of its record. Raises Conflict and InvalidInput."""
        record, _ = version
        assert record.gate is not None
        kind = edit.kind if isinstance(edit.kind, LinkKind) else record.kind
        if (kind is LinkKind.UPLOAD) != (record.kind is LinkKind.UPLOAD):
            raise InvalidInput("kind", "of a link for uploads stays, and no other becomes one")
        gate: dict[str, Any] = {}
        if edit.download_limit is not KEEP:
            _check(kind, edit.download_limit)
            gate["limit"] = edit.download_limit
        if edit.password is not KEEP:
            gate["password_hash"] = None if edit.password is None else await self._hash(edit.password)
        if edit.expire_now:
            changes |= {"ends_at": changes["updated_at"]}
        elif edit.expires_at is not KEEP:
            changes |= {"ends_at": edit.expires_at}
        changes |= {"kind": kind, "wanted_end": changes.get("ends_at", record.ends_at)}
        if edit.slug is KEEP or edit.slug == record.gate.slug:
            return await self._put(version, changes, gate)
        return await self._readdress(version, edit.slug, changes, gate)

    async def revoke(self, version: Version, changes: dict[str, Any]) -> Version:
        """Take a link back for good; `changes` is what becomes of its record."""
        return await self._put(version, changes, {}, whatever=True)

    async def delete(self, record: Record) -> None:
        """Remove a link, and let its address be another's."""
        await self._catalogue.delete(record.id)
        if record.gate is not None:
            await self._slugs.release(record.gate.slug, record.id)

    async def _readdress(
        self, version: Version, slug: str, changes: dict[str, Any], gate: dict[str, Any]
    ) -> Version:
        """Change a link and its address; whatever of it fails, each address leads where it should."""
        check_slug(slug)
        record, _ = version
        assert record.gate is not None
        before = record.gate.slug
        if await self._slugs.claim(slug, record.id) != record.id:
            raise Conflict("another link has this address", code="slug_taken")
        url = f"{record.url.removesuffix(before)}{slug}"
        try:
            made = await self._put(version, changes | {"url": url}, gate | {"slug": slug})
        except Conflict:
            if not self._slugs.same(slug, before):
                await self._slugs.release(slug, record.id)
            raise
        if not self._slugs.same(slug, before):
            await self._slugs.release(before, record.id)
        return made

    async def _put(
        self, version: Version, changes: dict[str, Any], gate: dict[str, Any], *, whatever: bool = False
    ) -> Version:
        """Write a changed record over the version that was read, and over what visitors wrote since.

        Raises Conflict if a person changed it meanwhile, unless that is to be so `whatever` they did.
        """
        record, etag = version
        edition, ours = record.edition, set[str]()
        for _ in range(TRIES):
            assert record.gate is not None
            new = changes | {"gate": record.gate.model_copy(update=gate), "edition": random_id(4)}
            ours.add(new["edition"])
            try:
                return await self._catalogue.put(record.model_copy(update=new), over=etag)
            except Conflict:
                record, etag = await self._catalogue.get(record.id)
                if record.edition in ours:  # it was written, and only the answer to that was lost
                    return record, etag
                if record.gate is None or (record.edition != edition and not whatever):
                    raise
        raise Conflict("it was changed meanwhile", code="stale")

    async def _hash(self, password: str) -> str:
        from argon2 import PasswordHasher

        hashed = await asyncio.to_thread(PasswordHasher().hash, password)
        return MASK if self._store.rehearses else hashed


def _check(kind: LinkKind, limit: int | None) -> None:
    if kind is LinkKind.UPLOAD and limit is not None:
        raise InvalidInput(
            "download limit",
            "is not kept for uploads: the files go straight to the store; end the link instead",
        )
