"""Clear away what is of no more use in a bucket: unfinished uploads, copies and pages of links that are over.

A store does nothing of that by itself, and everything there costs. It is done once a day by whoever puts
something into the bucket, and only to what linktui put there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from linktui.model.errors import NotFound, ProviderError
from linktui.providers.s3.catalogue import Catalogue
from linktui.providers.s3.limits import LONGEST
from linktui.providers.s3.objects import OURS, Objects
from linktui.providers.s3.store import Store

EVERY = timedelta(days=1)
STALE = timedelta(days=7)
"""How long an upload may be left unfinished."""
OVER = LONGEST + timedelta(days=1)
"""The age at which a copy is of no use, unless its link was extended since."""
_GONE = frozenset({404})


class Tidying:
    """One account's house-keeping."""

    def __init__(self, store: Store, objects: Objects, catalogue: Catalogue) -> None:
        self._store = store
        self._objects = objects
        self._catalogue = catalogue
        self._done_at: datetime | None = None

    async def run(self, forget_upload: Callable[[str], Awaitable[None]]) -> None:
        """Clear away what can be, unless that was done today.

        `forget_upload` is called with the note of each upload that is too old.
        """
        now = self._store.now
        if self._store.rehearses or (self._done_at is not None and now - self._done_at < EVERY):
            return
        self._done_at = now
        with suppress(ProviderError):  # whoever may not list or delete can still put something there
            await self._clear(forget_upload, now)

    async def _clear(self, forget_upload: Callable[[str], Awaitable[None]], now: datetime) -> None:
        for key in await self._older("uploads/", now - STALE):
            answer = await self._store.call("GET", key, allow=_GONE)
            if answer.is_success:
                await forget_upload(answer.body.decode("utf-8", "replace"))
        for folder in ("pages/", "copies/"):  # a page that was signed anew was put anew
            for key in await self._older(folder, now - OVER):
                if not await self._is_used(key, now):
                    await self._store.call("DELETE", key, allow=_GONE)

    async def _older(self, folder: str, moment: datetime) -> list[str]:
        below = f"{self._store.prefix}{OURS}{folder}"
        return [one.key async for one in self._objects.all_below(below) if one.changed_at < moment]

    async def _is_used(self, key: str, now: datetime) -> bool:
        name = key.removeprefix(f"{self._store.prefix}{OURS}").split("/")[1]
        try:
            record, _ = await self._catalogue.get(name.removesuffix(".html"))
        except NotFound:
            return False
        return record.is_alive(now) and record.copied in {key, ""}
