"""The buckets that an account's keys see.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from linktui.model.errors import Rejected, Unauthorized
from linktui.providers.answers import Answer
from linktui.providers.pages import Cursors
from linktui.providers.s3 import wire
from linktui.providers.s3.address import is_bucket
from linktui.providers.s3.places import below
from linktui.providers.s3.round import is_refusal
from linktui.providers.s3.store import Store

PAGE = 1_000
"""Buckets asked for at once; a store that does not know pages tells all of them."""
NO_TIME = timedelta(0)
_ASKED_WRONGLY = frozenset({400, 501})
"""Statuses by which a store refuses what it was asked for, and not who asks."""


class BucketList:
    """One account's list of buckets."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: tuple[str, ...] = ()
        self._told_at: datetime | None = None
        self._regions: dict[str, str] = {}
        self._knows_no_pages = False
        """Whether the store refuses to be asked for anything but all of them."""

    async def page(self, cursor: str | None = None, *, beginning: str = "") -> wire.Buckets:
        """Return one page of the buckets whose names begin so; raises Rejected for keys that may not."""
        query = {"prefix": beginning} if beginning else {}
        if cursor:
            query["continuation-token"] = cursor
        told = wire.buckets_from(await self._ask(query))
        self._regions |= {one.name: one.region for one in told.rows if one.region}
        rows = tuple(one for one in told.rows if is_bucket(one.name) and one.name.startswith(beginning))
        return wire.Buckets(rows, told.token)

    async def _ask(self, query: dict[str, str]) -> Answer:
        if self._knows_no_pages:
            return await self._call({})
        try:
            return await self._call(query | {"max-buckets": str(PAGE)})
        except Rejected as error:
            if error.status not in _ASKED_WRONGLY:
                raise
            self._knows_no_pages = True
            return await self._call({})

    async def _call(self, query: dict[str, str]) -> Answer:
        try:
            return await self._store.call("GET", query=query)
        except Unauthorized as error:
            if not is_refusal(error):
                raise
            raise Rejected(
                "The account's keys may not list buckets (s3:ListAllMyBuckets): name one in its settings",
                status=error.status,
                code=error.code,
                request_id=error.request_id,
            ) from error

    async def names(self, *, within: timedelta = NO_TIME) -> tuple[str, ...]:
        """Return all names in the order of what is in them, as told now or `within` that time."""
        now = self._store.now
        if self._told_at is not None and now - self._told_at < within:
            return self._names
        names, cursor, cursors = set[str](), "", Cursors()
        while True:
            page = await self.page(cursor)
            names |= {one.name for one in page.rows}
            cursor = page.token
            if not cursor:
                break
            cursors.take(cursor)
        self._names, self._told_at = tuple(sorted(names, key=below)), now
        return self._names

    def region(self, name: str) -> str:
        """Return the region that was told of a bucket; empty for none."""
        return self._regions.get(name, "")
