"""Bring what the services tell into the local database: only what changed, where a service says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.providers.base import FeedsChanges, Provider
from linktui.providers.pages import Cursors, all_pages
from linktui.services.accounts import AccountService
from linktui.services.files import FileService
from linktui.storage.accounts import Accounts
from linktui.storage.links import Links


class Sync:
    """The looks at every account."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        links: Links,
        files: FileService,
        memory: Accounts,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._links = links
        self._files = files
        self._memory = memory
        self._clock = clock

    async def look(self, account: str) -> None:
        """Look at one account; a failure is noted as the account's trouble, to be shown, not raised."""
        try:
            provider = self._accounts.provider(account)
            await self._fetch_links(account, provider)
        except LinktuiError as error:
            await self._memory.failed(account, error=explain(error))

    async def fetch_changes(self, account: str) -> None:
        """Bring what changed since the last look, at a service that tells just that."""
        provider = self._accounts.provider(account)
        assert isinstance(provider, FeedsChanges)  # whoever asks has seen to it
        await self._fetch_changes(account, provider, self._memory.get(account).cursor)

    async def forget(self, account: str) -> None:
        """Have the next look fetch everything anew, because the links read differently now."""
        await self._memory.synced(
            account, at=self._clock(), cursor="", clock_offset=self._memory.get(account).clock_offset
        )

    async def _fetch_links(self, account: str, provider: Provider) -> None:
        began = self._clock()
        before = self._memory.get(account)
        if isinstance(provider, FeedsChanges):
            cursor = await self._fetch_changes(account, provider, before.cursor)
        else:
            cursor = ""
            await self._fetch_all(account, provider, since=began)
        if cursor != before.cursor or before.synced_at is None or not isinstance(provider, FeedsChanges):
            await self._files.refresh(account)
        await self._memory.synced(account, at=began, cursor=cursor, clock_offset=provider.clock_offset)

    async def _fetch_changes(self, account: str, provider: FeedsChanges, cursor: str) -> str:
        cursors = Cursors()
        while True:
            cursors.take(cursor)
            page = await provider.list_changes(cursor=cursor)
            if page.told:
                await self._links.save([(told.link, told.raw) for told in page.told], seen=self._clock())
            await self._links.remove(account, page.deleted)
            cursor = page.cursor
            if not page.more:
                return cursor

    async def _fetch_all(self, account: str, provider: Provider, *, since: datetime) -> None:
        async for page in all_pages(lambda cursor: provider.list_links(cursor=cursor)):
            await self._links.save([(told.link, told.raw) for told in page.rows], seen=since)
        await self._links.remove_unseen(account, since=since)
