"""Which link has which address: a small object for each, put where none is, so that one of two gets it.

Its key is a digest of the address, as keys are seen in lists and logs, where no address may be.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from linktui.model.errors import Conflict, NotFound, Unsupported
from linktui.providers.s3.catalogue import Catalogue
from linktui.providers.s3.limits import EVERGREEN
from linktui.providers.s3.objects import OURS
from linktui.providers.s3.store import Store
from linktui.providers.shapes import Moment, Shape, parse

ABANDONED = timedelta(minutes=10)
"""How long an address is kept for a link that does not appear: whoever made it died in between."""
_GONE = frozenset({404})
_NO_VERSION = f'"{"0" * 32}"'


class Claim(Shape):
    """Who has an address, and since when."""

    id: str
    at: Moment


class Slugs:
    """The addresses of one account's evergreen links; upper and lower case are the same one."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._keeps_conditions = False
        """Whether the store was seen to refuse a write because of its condition."""

    async def holder(self, slug: str) -> str | None:
        """Return the id of the link that has an address; None where nobody has."""
        held = await self._held(slug)
        return None if held is None else held[0].id

    async def claim(self, slug: str, link_id: str) -> str:
        """Take an address for a link, and return the id that the link is to have.

        That is another one where an earlier try to make the same link took the address. Raises Conflict
        where another link has it.
        """
        held = await self._held(slug)
        if held is None:
            return await self.claim_new(slug, link_id)
        claim, etag = held
        if claim.id == link_id:
            return link_id
        if await self._is_used(slug, claim.id):
            raise _taken()
        if digest_of_id(claim.id) == digest_of_id(link_id):
            return claim.id
        if self._store.now - claim.at < ABANDONED:
            raise _taken()
        await self._put(slug, link_id, {"If-Match": etag})
        return link_id

    async def claim_new(self, slug: str, link_id: str) -> str:
        """Take an address that nobody has; raises Conflict where somebody does."""
        await self._put(slug, link_id, {"If-None-Match": "*"})
        return link_id

    async def release(self, slug: str, link_id: str) -> None:
        """Give an address back, if the link has it."""
        if await self.holder(slug) == link_id:
            await self._store.call("DELETE", self._key(slug), allow=_GONE)

    def same(self, one: str, other: str) -> bool:
        """Tell whether two words are the same address."""
        return self._key(one) == self._key(other)

    async def _held(self, slug: str) -> tuple[Claim, str] | None:
        answer = await self._store.call("GET", self._key(slug), allow=_GONE)
        if not answer.is_success:
            return None
        return parse(Claim, answer.json()), answer.headers.get("etag", "")

    async def _is_used(self, slug: str, link_id: str) -> bool:
        try:
            record, _ = await self._catalogue.get(link_id)
        except NotFound:
            return False
        return record.gate is not None and self.same(record.gate.slug, slug)

    async def _put(self, slug: str, link_id: str, wished: dict[str, str]) -> None:
        body = Claim(id=link_id, at=self._store.now).model_dump_json().encode()
        try:
            await self._write(slug, body, wished)
        except (Conflict, NotFound) as error:
            if await self.holder(slug) != link_id:  # else the answer to the first try was lost
                raise _taken() from error
        if not self._keeps_conditions and not self._store.rehearses:
            await self._try_conditions(slug, link_id, body)

    async def _try_conditions(self, slug: str, link_id: str, body: bytes) -> None:
        """Raise Unsupported where the store writes over what a condition forbids.

        There no limit would hold, and a visit that is counted could bring a revoked link back.
        """
        try:
            await self._write(slug, body, {"If-Match": _NO_VERSION})
        except (Conflict, NotFound):
            self._keeps_conditions = True
            return
        await self.release(slug, link_id)
        raise Unsupported("keep evergreen links", f"it has no conditional writes; say {EVERGREEN}=no")

    async def _write(self, slug: str, body: bytes, wished: dict[str, str]) -> None:
        headers = {"Content-Type": "application/json", **self._store.encryption}
        await self._store.call("PUT", self._key(slug), content=body, headers=headers, wished=wished)

    def _key(self, slug: str) -> str:
        digest = hashlib.sha256(slug.lower().encode()).hexdigest()[:40]
        return f"{self._store.prefix}{OURS}slugs/{digest}.json"


def digest_of_id(link_id: str) -> str:
    """Return the part of an id that stands for the key by which its link was made."""
    return link_id.rpartition("-")[2]


def _taken() -> Conflict:
    return Conflict("another link has this address", code="slug_taken")
