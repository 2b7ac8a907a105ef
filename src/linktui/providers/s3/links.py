"""Links in a bucket: signed addresses, kept in its catalogue; revocable ones are to a copy of their own.

Those that a link server answers for are in `evergreen`.

A signature cannot be taken back, so that a link ends before its time only by deleting what it is to. Moving
an end signs anew. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from linktui.model.capability import Ability
from linktui.model.errors import Conflict, DaemonNotRunning, InvalidInput, NotFound, Unsupported
from linktui.model.ids import random_id
from linktui.model.link import KEEP, Link, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import NO
from linktui.model.phrases import moment_text, size_text
from linktui.model.sizes import parse_size
from linktui.providers.base import Page, Told, Wanted
from linktui.providers.here import LinksAt
from linktui.providers.s3.catalogue import Catalogue, Version
from linktui.providers.s3.copying import LARGEST_COPY, Copies
from linktui.providers.s3.evergreen import Evergreen
from linktui.providers.s3.limits import EVERGREEN, LARGEST, LARGEST_POST, LONGEST, REVOCABLE
from linktui.providers.s3.objects import INBOX, OURS, Objects
from linktui.providers.s3.records import Kept, Record, link_id, told
from linktui.providers.s3.signatures import Signatures, Signed
from linktui.providers.s3.store import Store
from linktui.providers.s3.upload_page import upload_page

_KEEPS_GOING = "whoever has its address can use it until it ends"
MOST_MADE = 1_000
"""Keys of links that are remembered, to find a repeated one without a call."""


class Links:
    """One account's links."""

    def __init__(
        self,
        store: Store,
        objects: Objects,
        catalogue: Catalogue,
        evergreen: Evergreen,
        *,
        account: str,
        links_at: LinksAt,
    ) -> None:
        self._store = store
        self._objects = objects
        self._catalogue = catalogue
        self._copies = Copies(store, objects, largest=LARGEST_COPY)
        self._signatures = Signatures(store)
        self._evergreen = evergreen
        self._account = account
        self._links_at = links_at
        self._made: dict[str, str] = {}

    async def page(self, cursor: str | None, wanted: Wanted) -> Page[Told]:
        """Return one page of the links, newest first."""
        page = await self._catalogue.page(cursor, wanted)
        return Page(tuple([await self._told(version) for version in page.rows]), page.next_cursor)

    async def get(self, some_id: str) -> Told:
        """Return one link; raises NotFound."""
        return await self._told(await self._catalogue.get(some_id))

    async def create(self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool) -> Told:
        """Make a link, once for each key; raises NotFound for a file that is not there."""
        made = self._made.get(key) or (await self._catalogue.find(key) if again else None)
        if made is not None:
            with suppress(NotFound):
                return await self.get(made)
        now = self._store.now
        some_id = link_id(now, key)
        if self._links_at and spec.options.get(EVERGREEN) != NO:
            version = await self._served(some_id, file_ids, spec, now)
        else:
            version = await self._signed_once(some_id, file_ids, spec, now)
        self._made[key] = version[0].id
        if len(self._made) > MOST_MADE:
            del self._made[next(iter(self._made))]
        return await self._told(version)

    async def update(self, link: Link, edit: LinkEdit) -> Told:
        """Change a link; raises Conflict where it is another by now, or cannot end before its time."""
        record, etag = await self._catalogue.get(link.id)
        if link.revision and link.revision != (record.edition or etag):
            raise Conflict("it was changed meanwhile", code="stale")
        if record.revoked_at is not None:
            raise Conflict("it is revoked, which is for good")
        now = self._store.now
        changes: dict[str, Any] = {"updated_at": now}
        if edit.name is not KEEP:
            changes["name"] = edit.name
        if edit.metadata is not KEEP:
            changes["metadata"] = _merged(record.metadata, edit.metadata)
        if record.gate is not None:
            return await self._told(await self._evergreen.update((record, etag), edit, changes))
        _require_gate(edit)
        if edit.expire_now or (isinstance(edit.expires_at, datetime) and edit.expires_at <= now):
            changes |= await self._ended(record, now)
        elif isinstance(edit.expires_at, datetime):
            changes |= await self._moved(record, edit.expires_at, now)
        return await self._told(await self._catalogue.put(record.model_copy(update=changes), over=etag))

    async def revoke(self, some_id: str) -> Told:
        """Take a link back by deleting what it is to; raises Unsupported where that is not its own."""
        record, etag = await self._catalogue.get(some_id)
        now = self._store.now
        if record.revoked_at is None and record.gate is not None:
            record, etag = await self._evergreen.revoke((record, etag), now=now)
        elif record.revoked_at is None:
            self._require_own(record, Ability.REVOKE, now)
            await self._let_go(record)
            changes = {"revoked_at": now, "updated_at": now, "copied": ""}
            record, etag = await self._catalogue.put(record.model_copy(update=changes), over=etag)
        return await self._told((record, etag))

    async def delete(self, some_id: str) -> None:
        """Remove a link and what it is to; raises Unsupported where its address would stay good."""
        try:
            record, _ = await self._catalogue.get(some_id)
        except NotFound:
            return
        if record.gate is not None:
            await self._evergreen.delete(record)
            return
        self._require_own(record, Ability.DELETE_LINK, self._store.now)
        await self._let_go(record)
        await self._catalogue.delete(some_id)

    async def _served(
        self, some_id: str, file_ids: tuple[str, ...], spec: LinkSpec, now: datetime
    ) -> Version:
        """Make a link that a link server answers for."""
        if spec.options.get(REVOCABLE) == NO:
            raise InvalidInput(
                REVOCABLE, f"cannot be no unless {EVERGREEN} is: revoking such a link is all it takes"
            )
        if spec.expires_at is not None:
            _end_of(spec, now)
        file = None if spec.kind is LinkKind.UPLOAD else await self._kept(file_ids[0])
        return await self._evergreen.create(some_id, spec, file, place=self._links_at.url())

    async def _signed_once(
        self, some_id: str, file_ids: tuple[str, ...], spec: LinkSpec, now: datetime
    ) -> Version:
        """Make a link that is a signed address."""
        if spec.password is not None or spec.download_limit is not None or spec.slug:
            raise InvalidInput(
                EVERGREEN, "has to be yes for a password, a limit or an address of your choosing"
            )
        if spec.kind is LinkKind.UPLOAD:
            record = await self._for_uploads(some_id, spec, now)
        else:
            record = await self._to_file(some_id, file_ids[0], spec, now)
        try:
            return await self._catalogue.put(record)
        except Conflict:  # the answer to the first try was lost
            return await self._catalogue.get(some_id)

    async def _kept(self, file_id: str) -> Kept:
        file = await self._objects.get(file_id)
        return Kept(id=file_id, name=file.name, size=file.size, media_type=file.media_type)

    async def _to_file(self, some_id: str, file_id: str, spec: LinkSpec, now: datetime) -> Record:
        file, wanted_end = await self._kept(file_id), _end_of(spec, now)
        revocable = spec.options.get(REVOCABLE) != NO
        record = Record(
            id=some_id,
            kind=spec.kind,
            name=spec.name or file.name,
            url="",
            created_at=now,
            wanted_end=wanted_end,
            ends_at=now,
            file=file,
            metadata=dict(spec.metadata),
            revocable=revocable,
        )
        return record.model_copy(update=await self._signed(record, wanted_end))

    async def _for_uploads(self, some_id: str, spec: LinkSpec, now: datetime) -> Record:
        wanted_end = _end_of(spec, now)
        record = Record(
            id=some_id,
            kind=spec.kind,
            name=spec.name or "Send a file",
            url="",
            created_at=now,
            wanted_end=wanted_end,
            ends_at=now,
            metadata=dict(spec.metadata),
            max_size=spec.options.get(LARGEST, ""),
        )
        return record.model_copy(update=await self._with_page(record, wanted_end))

    async def _with_page(self, record: Record, wanted: datetime) -> dict[str, Any]:
        """Put the page of an upload link, and return what its signature makes of the record."""
        largest = min(parse_size(record.max_size), LARGEST_POST) if record.max_size else LARGEST_POST
        span = await self._signatures.span_to(wanted)
        fields = await self._signatures.form(self._inbox(record.id), largest=largest, span=span)
        note = f"One file at a time, of at most {size_text(largest)}, until {moment_text(span.ends_at)}."
        page = upload_page(record.name, action=self._store.base, fields=fields, note=note)
        key = self._page_key(record.id)
        headers = {"Content-Type": "text/html; charset=utf-8", **self._store.encryption}
        await self._store.call("PUT", key, content=page.encode(), headers=headers)
        return _outcome(await self._signatures.page(key, span), wanted)

    async def _moved(self, record: Record, wanted: datetime, now: datetime) -> dict[str, Any]:
        """Return what another end makes of a record."""
        sooner = record.is_alive(now) and record.ends_at is not None and wanted < record.ends_at
        if sooner:
            self._require_own(record, Ability.CHANGE_EXPIRY, now)
        if record.kind is LinkKind.UPLOAD:
            return await self._with_page(record, wanted)
        changes = await self._signed(record, wanted, anew=sooner)
        if sooner:
            await self._let_go(record)
        return changes

    async def _ended(self, record: Record, now: datetime) -> dict[str, Any]:
        self._require_own(record, Ability.EXPIRE_NOW, now)
        await self._let_go(record)
        ends_at = min(now, record.ends_at or now)
        return {"ends_at": ends_at, "wanted_end": ends_at, "governor": "link", "copied": ""}

    async def _signed(self, record: Record, wanted: datetime, *, anew: bool = False) -> dict[str, Any]:
        """Return what a new signature makes of a record; `anew` makes another copy for it."""
        file = record.file
        assert file is not None  # an upload link is signed once
        source = self._objects.key_of(file.id)
        key, copied = source, record.copied
        if record.revocable:
            if anew or not copied or not await self._copies.is_there(copied):
                copied = self._copies.key_for(record.id, file.name, turn=random_id(4))
                await self._copies.make(source, copied, size=file.size or 0, media_type=file.media_type)
            key = copied
        signed = await self._signatures.file(
            key,
            name=file.name,
            inline=record.kind is LinkKind.VIEW,
            media_type=file.media_type,
            wanted=wanted,
        )
        return _outcome(signed, wanted) | {"copied": copied}

    def _require_own(self, record: Record, ability: Ability, now: datetime) -> None:
        """Raise Unsupported for a link that nothing ends before its time, while that is not over."""
        if record.is_alive(now) and not record.revocable:
            raise Unsupported(ability.value, f"{_KEEPS_GOING} ({moment_text(record.ends_at)})")

    async def _let_go(self, record: Record) -> None:
        if record.copied:
            await self._copies.delete(record.copied)
        if record.kind is LinkKind.UPLOAD:
            await self._store.call("DELETE", self._page_key(record.id), allow=frozenset({404}))

    async def _told(self, version: Version) -> Told:
        record, etag = version
        links_at = "" if self._links_at else None
        with suppress(DaemonNotRunning):  # each link says where it was made
            links_at = self._links_at.url() or None
        received = await self._received(record) if record.kind is LinkKind.UPLOAD else None
        return told(record, account=self._account, revision=etag, received=received, links_at=links_at)

    async def _received(self, record: Record) -> int:
        """Return how many files came in, as far as one page tells."""
        return len((await self._objects.list({"prefix": self._inbox(record.id)})).objects)

    def _inbox(self, some_id: str) -> str:
        return f"{self._store.prefix}{INBOX}{some_id}/"

    def _page_key(self, some_id: str) -> str:
        return f"{self._store.prefix}{OURS}pages/{some_id}.html"


def _outcome(signed: Signed, wanted: datetime) -> dict[str, Any]:
    """Return what a signature makes of a record."""
    return {
        "url": signed.url,
        "wanted_end": wanted,
        "ends_at": signed.span.ends_at,
        "governor": signed.span.governor,
        "is_temporary": signed.span.is_temporary,
    }


def _require_gate(edit: LinkEdit) -> None:
    """Raise Unsupported for a change that only a link server can make good."""
    for ability, wanted in (
        (Ability.PASSWORD, edit.password),
        (Ability.DOWNLOAD_LIMIT, edit.download_limit),
        (Ability.SLUG, edit.slug),
        (Ability.CHANGE_KIND, edit.kind),
        (Ability.NEVER_EXPIRE, KEEP if edit.expires_at is not None else None),
    ):
        if wanted is not KEEP:
            raise Unsupported(
                ability.value, "it is a signed address, not an evergreen link; make another one"
            )


def _end_of(spec: LinkSpec, now: datetime) -> datetime:
    if spec.expires_at is None:
        return now + LONGEST
    if spec.expires_at <= now:
        raise InvalidInput("expiry", "is over already")
    return spec.expires_at


def _merged(before: Mapping[str, str], edit: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**before, **edit}
    return {key: text for key, text in merged.items() if text is not None}
