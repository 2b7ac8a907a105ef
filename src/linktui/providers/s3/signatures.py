"""What a link's address promises, and until when: the earliest of the link's, the keys' and the store's end.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from urllib.parse import quote

from linktui.model.errors import Unauthorized
from linktui.providers.rehearsal import MASK
from linktui.providers.s3.limits import LONGEST
from linktui.providers.s3.records import Governor
from linktui.providers.s3.store import Store

_ACTIVE = ("html", "xml", "svg", "script", "xslt")
"""What is in the names of types that a browser runs, at the address of the store: they are shown as text."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when an address is good, and what ends it."""

    begins_at: datetime
    ends_at: datetime
    governor: Governor
    is_temporary: bool
    """Whether it may be over sooner, as the keys end at a moment that nobody tells."""

    @property
    def seconds(self) -> int:
        """How long that is."""
        return int((self.ends_at - self.begins_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Signed:
    """An address and its time."""

    url: str = field(repr=False)
    span: Span


class Signatures:
    """Signs addresses for one account."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def span_to(self, wanted: datetime) -> Span:
        """Return how long an address signed now can be good, up to a wanted end; raises Unauthorized."""
        now = self._store.now
        begins_at = now.replace(microsecond=0)
        ends: list[tuple[datetime, Governor]] = [
            (begins_at + timedelta(seconds=ceil((wanted - begins_at).total_seconds())), "link")
        ]
        keys = await self._store.keys()
        if keys.ends_at is not None:
            # They end by the world's clock, which the store's is.
            ends.append((keys.ends_at.replace(microsecond=0), "credentials"))
        if ends[0][0] - begins_at > LONGEST + timedelta(seconds=1):
            ends.append((begins_at + LONGEST, "store"))
        ends_at, governor = min(ends, key=lambda end: end[0])
        ends_at = min(ends_at, begins_at + LONGEST)
        if ends_at <= begins_at:
            raise Unauthorized("the credentials have ended, so that nothing can be signed with them")
        return Span(begins_at, ends_at, governor, keys.token is not None and keys.ends_at is None)

    async def file(
        self,
        key: str,
        *,
        name: str,
        inline: bool,
        media_type: str,
        wanted: datetime,
        version: str = "",
    ) -> Signed:
        """Return the address of an object, or of one version, which hands it out or has it shown."""
        span = await self.span_to(wanted)
        way = "inline" if inline else "attachment"
        query = {"response-content-disposition": f"{way}; filename*=UTF-8''{quote(name, safe='')}"}
        if inline and media_type:
            is_active = any(word in media_type.lower() for word in _ACTIVE)
            query["response-content-type"] = "text/plain" if is_active else media_type
        if version:
            query["versionId"] = version
        return Signed(await self._presign(key, query, span), span)

    async def page(self, key: str, span: Span) -> Signed:
        """Return the address of a page of ours."""
        query = {"response-content-type": "text/html; charset=utf-8"}
        return Signed(await self._presign(key, query, span), span)

    async def form(self, folder: str, *, largest: int, span: Span, back: str = "") -> dict[str, str]:
        """Return the fields of a form that puts files of at most so many bytes into a folder.

        `back` is where a browser is led then; empty leaves it where it is.
        """
        from linktui.providers.s3.signing import post_form

        more = self._store.encryption | ({"success_action_redirect": back} if back else {})
        conditions = [
            {"bucket": self._store.bucket},
            ["starts-with", "$key", folder],
            ["starts-with", "$Content-Type", ""],
            ["content-length-range", 0, largest],
            *({name: text} for name, text in more.items()),
        ]
        fields = post_form(
            await self._store.keys(),
            region=self._store.region,
            moment=span.begins_at,
            ends_at=span.ends_at,
            conditions=conditions,
        )
        if self._store.rehearses:
            fields["x-amz-signature"] = MASK
        return {"key": folder + "${filename}", **more, **fields}

    async def _presign(self, key: str, query: dict[str, str], span: Span) -> str:
        return await self._store.presign(key, query, moment=span.begins_at, seconds=span.seconds)
