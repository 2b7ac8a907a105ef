"""Go through all links of an account, page by page, with a share of its rate; a death loses one page.

The first sweep, newest links first, is how an account gets into the local database at all. Each later one
finds what was changed or deleted elsewhere. Most lists are as https://docs.stripe.com/api/pagination says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from linktui.model.errors import InvalidInput, NotFound, Rejected, Unintelligible
from linktui.providers.base import Page, Provider, Told
from linktui.providers.pages import all_pages
from linktui.providers.rate import at_share
from linktui.storage.accounts import Accounts
from linktui.storage.sweeps import Sweeps, SweepState

BREATH = 0.005
"""Seconds between two writes in a row, in which others get at the database."""
REPAINT = 1.0
"""Seconds that changes are collected for before the screens are told of them."""
LOST = (InvalidInput, NotFound, Rejected, Unintelligible)
"""What a service says to a place in its list that is no more."""


class Sweep:
    """One sweep of one account, from wherever the last one was left."""

    def __init__(
        self,
        account: str,
        provider: Provider,
        *,
        sweeps: Sweeps,
        memory: Accounts,
        share: Callable[[], float],
        clock: Callable[[], datetime],
    ) -> None:
        """`share` says before each page how much of the account's rate may be taken, above 0 and up to 1."""
        self._account = account
        self._provider = provider
        self._sweeps = sweeps
        self._memory = memory
        self._share = share
        self._clock = clock
        self._said = float("-inf")
        self._unsaid = False

    async def run(self) -> None:
        """Go through to the end; raises the errors of providers, and is gone on with later."""
        state = self._sweeps.get(self._account)
        if state is None:
            state = await self._sweeps.begin(self._account, at=self._clock())
        try:
            state = await self._through(state)
        except LOST:
            if state.cursor is not None:
                await self._sweeps.end(self._account)
            raise
        await self._part_with_the_gone(state)
        await self._memory.synced(
            self._account, at=state.began_at, cursor="", clock_offset=self._provider.clock_offset
        )
        await self._sweeps.end(self._account)

    async def _through(self, state: SweepState) -> SweepState:
        """Fetch page after page and write each down; return the state after the last."""
        async for page in all_pages(self._fetch, cursor=state.cursor):
            # The place of the last page stays: whoever goes on from there comes to the end again.
            place = page.next_cursor or state.cursor
            state = replace(
                state,
                cursor=place,
                told=state.told + len(page.rows),
                withheld=state.withheld.union(page.withheld),
            )
            await self._save(page, state)
        return state

    async def _fetch(self, cursor: str | None) -> Page[Told]:
        with at_share(self._share()):
            return await self._provider.list_links(cursor=cursor)

    async def _save(self, page: Page[Told], state: SweepState) -> None:
        now = asyncio.get_running_loop().time()
        quietly = now - self._said < REPAINT and page.next_cursor is not None
        rows = [(told.link, told.raw) for told in page.rows]
        changed = await self._sweeps.save(
            self._account, rows, state=state, seen=self._clock(), quietly=quietly, unsaid=self._unsaid
        )
        self._unsaid = quietly and (changed or self._unsaid)
        if not quietly:
            self._said = now

    async def _part_with_the_gone(self, state: SweepState) -> None:
        after: str | None = ""
        while after is not None:
            after = await self._sweeps.mark_gone(self._account, state=state, after=after, at=self._clock())
            await asyncio.sleep(BREATH)
