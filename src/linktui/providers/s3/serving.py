"""What link servers ask of a bucket: which link an address is, and where its file is for the next minutes.

A visit costs one call to read the link and, when it is counted, one to write it. What follows an address of
minutes holds it for these minutes, whatever becomes of the link; what is counted is that it was given.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from linktui.model.errors import NotFound
from linktui.model.ids import random_id
from linktui.model.link import LinkKind
from linktui.model.slugs import can_be_guessed
from linktui.providers.s3.catalogue import Catalogue, Version
from linktui.providers.s3.objects import Objects, inbox_of
from linktui.providers.s3.records import Record, link_id, told
from linktui.providers.s3.signatures import Signatures
from linktui.providers.s3.slugs import Slugs
from linktui.providers.s3.store import Store
from linktui.providers.s3.visits import Visits
from linktui.providers.served import Form, Served

MINUTES = timedelta(minutes=5)
"""How long a visitor has to begin to fetch the file."""
HOUR = timedelta(hours=1)
"""How long a form for a file is good: it has to be chosen, and to arrive."""
MOST_KNOWN = 10_000
"""Addresses whose link is remembered."""


class Serving:
    """One account's evergreen links, as strangers come to them."""

    def __init__(
        self,
        store: Store,
        objects: Objects,
        catalogue: Catalogue,
        *,
        slugs: Slugs,
        visits: Visits,
        account: str,
    ) -> None:
        self._store = store
        self._objects = objects
        self._catalogue = catalogue
        self._slugs = slugs
        self._visits = visits
        self._signatures = Signatures(store)
        self._account = account
        self._ids: OrderedDict[str, str] = OrderedDict()

    async def find(self, slug: str) -> Served | None:
        """Return the link at an address as it is now; None where there is none."""
        version = await self._known(slug) or await self._looked_up(slug)
        if version is None:
            return None
        record, etag = version
        assert record.gate is not None  # found by its address
        link = told(record, account=self._account, revision=etag).link
        return Served(link=link, password_hash=record.gate.password_hash)

    async def hand_out(self, some_id: str, *, inline: bool) -> str:
        """Count a visit, and return where the file is for some minutes; raises NotFound when all is over."""
        version = await self._open(some_id)
        record, _ = version
        if record.file is None:
            raise NotFound
        signed = await self._signatures.file(
            self._objects.key_of(record.file.id),
            name=record.file.name,
            inline=inline,
            media_type=record.file.media_type,
            wanted=self._within(record, MINUTES),
            version=record.file.version,
        )
        await self._visits.count(version)
        return signed.url

    async def form_for(self, some_id: str, *, back: str) -> Form:
        """Return what one file is sent by; raises NotFound when the link is over."""
        record, _ = await self._open(some_id)
        if record.kind is not LinkKind.UPLOAD:
            raise NotFound
        span = await self._signatures.span_to(self._within(record, HOUR))
        # Each form has a folder of its own, so that two files of one name are both kept.
        folder = f"{inbox_of(self._store.prefix, record.id)}{random_id(6)}/"
        fields = await self._signatures.form(folder, largest=record.largest, span=span, back=back)
        return Form(action=self._store.base, fields=fields, largest=record.largest)

    async def _open(self, some_id: str) -> Version:
        """Return a link as it was read a moment ago; raises NotFound when it is over."""
        version = self._catalogue.known(some_id) or await self._catalogue.get(some_id)
        if version[0].gate is None or not version[0].is_alive(self._store.now):
            raise NotFound
        return version

    def _within(self, record: Record, span: timedelta) -> datetime:
        """Return the end of a span, or the link's own if that is sooner."""
        end = self._store.now + span
        return end if record.ends_at is None else min(end, record.ends_at)

    async def _known(self, slug: str) -> Version | None:
        """Return the link that had an address when it was last looked up, if it still has it."""
        some_id = self._ids.get(slug)
        version = None if some_id is None else await self._at(some_id, slug)
        if version is None:
            self._ids.pop(slug, None)
        return version

    async def _looked_up(self, slug: str) -> Version | None:
        some_id = await self._slugs.holder(slug)
        # Where there is none, the same is done as where there is one: how long it takes tells nobody.
        version = await self._at(some_id or link_id(self._store.now, slug), slug)
        if version is not None and some_id is not None and not _is_secret(version[0], slug):
            self._ids[slug] = some_id
            if len(self._ids) > MOST_KNOWN:
                self._ids.popitem(last=False)
        return version

    async def _at(self, some_id: str, slug: str) -> Version | None:
        try:
            version = await self._catalogue.get(some_id)
        except NotFound:
            return None
        gate = version[0].gate
        return version if gate is not None and gate.slug == slug else None


def _is_secret(record: Record, slug: str) -> bool:
    """Tell whether nobody may learn that there is a link at an address that can be thought of."""
    return record.gate is not None and record.gate.password_hash is not None and can_be_guessed(slug)
