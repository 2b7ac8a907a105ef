"""Links that are signed addresses; revocable ones are to a copy of the file, which is theirs alone.

A signature cannot be taken back, so that a link ends before its time only by deleting what it is to. Moving
an end signs anew. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linktui.model.capability import Ability
from linktui.model.errors import Conflict, InvalidInput, Unsupported
from linktui.model.ids import random_id
from linktui.model.link import KEEP, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import NO
from linktui.model.phrases import moment_text, size_text
from linktui.providers.s3.catalogue import Catalogue, Version
from linktui.providers.s3.copying import LARGEST_COPY, Copies
from linktui.providers.s3.limits import EVERGREEN, LARGEST, LONGEST, REVOCABLE
from linktui.providers.s3.objects import OURS, Objects, inbox_of
from linktui.providers.s3.records import Kept, Record, end_of
from linktui.providers.s3.signatures import Signatures, Signed
from linktui.providers.s3.store import Store
from linktui.providers.s3.upload_page import upload_page

_KEEPS_GOING = "whoever has its address can use it until it ends"


class SignedLinks:
    """One account's links that need no server."""

    def __init__(self, store: Store, objects: Objects, catalogue: Catalogue) -> None:
        self._store = store
        self._objects = objects
        self._catalogue = catalogue
        self._copies = Copies(store, objects, largest=LARGEST_COPY)
        self._signatures = Signatures(store)

    async def create(self, some_id: str, spec: LinkSpec, file: Kept | None) -> Version:
        """Make a link to a file, or to a page that takes files."""
        if spec.password is not None or spec.download_limit is not None or spec.slug:
            raise InvalidInput(
                EVERGREEN, "has to be yes for a password, a limit or an address of your choosing"
            )
        now = self._store.now
        wanted_end = end_of(spec, now) or now + LONGEST
        record = Record(
            id=some_id,
            kind=spec.kind,
            name=spec.name or ("Send a file" if file is None else file.name),
            url="",
            created_at=now,
            wanted_end=wanted_end,
            ends_at=now,
            file=file,
            metadata=dict(spec.metadata),
            revocable=file is not None and spec.options.get(REVOCABLE) != NO,
            max_size=spec.options.get(LARGEST, "") if file is None else "",
        )
        made = self._with_page(record, wanted_end) if file is None else self._signed(record, wanted_end)
        try:
            return await self._catalogue.put(record.model_copy(update=await made))
        except Conflict:  # the answer to the first try was lost
            return await self._catalogue.get(some_id)

    async def update(self, version: Version, edit: LinkEdit, changes: dict[str, Any]) -> Version:
        """Change a link; `changes` is what else becomes of its record. Raises Conflict and Unsupported."""
        _require_gate(edit)
        record, etag = version
        now = self._store.now
        if edit.expire_now or (isinstance(edit.expires_at, datetime) and edit.expires_at <= now):
            changes |= await self._ended(record, now)
        elif isinstance(edit.expires_at, datetime):
            changes |= await self._moved(record, edit.expires_at, now)
        return await self._catalogue.put(record.model_copy(update=changes), over=etag)

    async def revoke(self, version: Version, changes: dict[str, Any]) -> Version:
        """Take a link back by deleting what it is to; raises Unsupported where that is not its own."""
        record, etag = version
        self._require_own(record, Ability.REVOKE, self._store.now)
        await self._let_go(record)
        return await self._catalogue.put(record.model_copy(update=changes | {"copied": ""}), over=etag)

    async def delete(self, record: Record) -> None:
        """Remove a link and what it is to; raises Unsupported where its address would stay good."""
        self._require_own(record, Ability.DELETE_LINK, self._store.now)
        await self._let_go(record)
        await self._catalogue.delete(record.id)

    async def _with_page(self, record: Record, wanted: datetime) -> dict[str, Any]:
        """Put the page of an upload link, and return what its signature makes of the record."""
        span, folder = await self._signatures.span_to(wanted), inbox_of(self._store.prefix, record.id)
        fields = await self._signatures.form(folder, largest=record.largest, span=span)
        most, until = size_text(record.largest), moment_text(span.ends_at)
        note = f"One file at a time, of at most {most}, until {until}."
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
                await self._copies.make(
                    source,
                    copied,
                    size=file.size or 0,
                    media_type=file.media_type,
                    version=file.version,
                )
            key = copied
        signed = await self._signatures.file(
            key,
            name=file.name,
            inline=record.kind is LinkKind.VIEW,
            media_type=file.media_type,
            wanted=wanted,
            version="" if copied else file.version,
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
