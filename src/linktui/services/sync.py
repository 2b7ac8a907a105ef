"""Bring what is new into the local database with few calls: a service tells what changed, or was made since.

What was changed or deleted elsewhere at a service that does not say so is found by the sweep (`sweep.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.providers.base import FeedsChanges, Provider, Wanted
from linktui.providers.pages import Cursors, all_pages
from linktui.providers.rate import at_share
from linktui.services.accounts import AccountService
from linktui.services.files import FileService
from linktui.services.sweep import Sweep
from linktui.storage.accounts import Accounts
from linktui.storage.links import Links
from linktui.storage.sweeps import Sweeps

OVERLAP = timedelta(minutes=10)
"""How far before the last look the next one begins: clocks differ, and a list may show a link late."""
FILES_REST = 20
"""How many times as long as it took to fetch an account's files they are left alone then."""
CREATED = "created_after"
"""The filter of a service's list without which what is new cannot be asked for by itself."""


class Sync:
    """The looks at every account; a failure is noted as the account's trouble, to be shown, not raised."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        links: Links,
        sweeps: Sweeps,
        files: FileService,
        memory: Accounts,
        keep: timedelta | None,
        clock: Callable[[], datetime],
    ) -> None:
        """`keep` is how long links that are gone stay as history; None is for ever."""
        self._accounts = accounts
        self._links = links
        self._sweeps = sweeps
        self._files = files
        self._memory = memory
        self._keep = keep
        self._clock = clock
        self._files_old: set[str] = set()
        """Accounts whose links changed since their files were fetched."""
        self._files_rest: dict[str, datetime] = {}

    async def look(self, account: str) -> None:
        """Bring what is new at one account; nothing where the service can only list everything."""
        try:
            provider = self._accounts.provider(account)
            if isinstance(provider, FeedsChanges):
                await self._follow(account, provider)
            elif CREATED in self._accounts.get(account).limits.link_filters:
                await self._fetch_new(account, provider)
        except LinktuiError as error:
            await self._memory.failed(account, error=explain(error))

    async def sweep(self, account: str, *, share: Callable[[], float]) -> None:
        """Go through all links of one account, or on from where that was left, and then through its files.

        `share` says before each page how much of the account's rate may be taken.
        """
        try:
            provider = self._accounts.provider(account)
            sweep = Sweep(
                account,
                provider,
                sweeps=self._sweeps,
                memory=self._memory,
                share=share,
                clock=self._clock,
            )
            await sweep.run()
            with at_share(share()):
                await self._files.refresh(account)
        except LinktuiError as error:
            await self._memory.failed(account, error=explain(error))

    def sweeping(self, account: str) -> bool:
        """Tell whether a sweep was begun and is not over."""
        return self._memory.get(account).swept is not None

    async def fetch_changes(self, account: str) -> None:
        """Bring what changed since the last look, at a service that tells just that."""
        provider = self._accounts.provider(account)
        assert isinstance(provider, FeedsChanges)  # whoever asks has seen to it
        await self._fetch_changes(account, provider, self._memory.get(account).cursor)

    async def forget(self, account: str) -> None:
        """Have the next look fetch all changes anew, because the links read differently now."""
        await self._memory.forget_place(account)

    async def forget_gone(self) -> None:
        """Forget some of the links whose time as history is over."""
        if self._keep is not None:
            await self._links.forget_gone(before=self._clock() - self._keep)

    async def _follow(self, account: str, provider: Provider) -> None:
        assert isinstance(provider, FeedsChanges)  # whoever asks has seen to it
        began = self._clock()
        before = self._memory.get(account)
        cursor = await self._fetch_changes(account, provider, before.cursor)
        if cursor != before.cursor or before.synced_at is None:
            self._files_old.add(account)
        await self._refresh_files(account)
        await self._memory.synced(account, at=began, cursor=cursor, clock_offset=provider.clock_offset)

    async def _refresh_files(self, account: str) -> None:
        """Fetch the files again where links changed; a long list not with each of ten thousand uploads."""
        began = self._clock()
        if account not in self._files_old or began < self._files_rest.get(account, began):
            return
        await self._files.refresh(account)
        self._files_old.discard(account)
        self._files_rest[account] = self._clock() + FILES_REST * (self._clock() - began)

    async def _fetch_changes(self, account: str, provider: FeedsChanges, cursor: str) -> str:
        cursors = Cursors()
        while True:
            cursors.take(cursor)
            page = await provider.list_changes(cursor=cursor)
            if page.told:
                await self._links.save([(told.link, told.raw) for told in page.told], seen=self._clock())
            await self._links.part(account, page.deleted, at=self._clock())
            cursor = page.cursor
            if not page.more:
                return cursor

    async def _fetch_new(self, account: str, provider: Provider) -> None:
        """Fetch what was made since the last look, up to a page of nothing that was not known by then."""
        began = self._clock()
        before = self._last_look(account)
        if before is None:
            return  # all is new: the first sweep brings the newest first
        since = before + self._memory.get(account).clock_offset - OVERLAP
        wanted = Wanted(created_after=since)
        async for page in all_pages(lambda cursor: provider.list_links(cursor=cursor, wanted=wanted)):
            ids = {told.link.id for told in page.rows}
            known = self._links.known_before(account, ids, moment=before)
            await self._links.save([(told.link, told.raw) for told in page.rows], seen=began)
            if known == ids:
                break
        await self._memory.looked(account, at=began, clock_offset=provider.clock_offset)

    def _last_look(self, account: str) -> datetime | None:
        state, sweep = self._memory.get(account), self._sweeps.get(account)
        return state.looked_at or state.synced_at or (None if sweep is None else sweep.began_at)
