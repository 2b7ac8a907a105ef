"""Ask how links stand now, with as few calls as their service allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from linktui.model.errors import NotFound
from linktui.model.link import Link
from linktui.providers.base import EVERYTHING, FeedsChanges, Page, Provider, Told, Wanted
from linktui.providers.pages import all_pages
from linktui.services.accounts import AccountService
from linktui.services.sync import Sync
from linktui.storage.links import Links

FEW = 4
"""Links that are asked for one by one."""
PAGE = 100
"""Ids asked for at once, and about what a page of a list holds."""


class Freshness:
    """Looks at some links of an account."""

    def __init__(self, *, accounts: AccountService, links: Links, sync: Sync) -> None:
        self._accounts = accounts
        self._links = links
        self._sync = sync

    async def look(self, account: str, links: Sequence[Link]) -> Mapping[str, Link]:
        """Return those of some links of an account that there still are, as they are now, by id."""
        provider = self._accounts.provider(account)
        if isinstance(provider, FeedsChanges):
            await self._sync.fetch_changes(account)
            return {link.id: link for link in self._links.get_present([(account, one.id) for one in links])}
        if len(links) <= FEW:
            return await self._one_by_one(provider, links)
        return await self._from_lists(account, provider, links)

    async def _one_by_one(self, provider: Provider, links: Sequence[Link]) -> dict[str, Link]:
        found = {}
        for link in links:
            try:
                told = await provider.get_link(link.id, file_id=link.files[0].id if link.files else "")
            except NotFound:
                continue
            found[link.id] = told.link
        return found

    async def _from_lists(self, account: str, provider: Provider, links: Sequence[Link]) -> dict[str, Link]:
        filters = self._accounts.get(account).limits.link_filters
        ids = {link.id for link in links}
        asked: list[Wanted] = [EVERYTHING]
        if "ids" in filters:
            batches = [tuple(ids)[at : at + PAGE] for at in range(0, len(ids), PAGE)]
            asked = [Wanted(ids=batch) for batch in batches]
        elif {"created_after", "created_before"} <= filters:
            created = [link.created_at for link in links]
            asked = [Wanted(created_after=min(created), created_before=max(created))]
        found: dict[str, Link] = {}
        for wanted in asked:
            fetch = partial(_fetch, provider, wanted)
            async for page in all_pages(fetch):
                found |= {told.link.id: told.link for told in page.rows if told.link.id in ids}
                # What is not told now is as it is known: the change of it is what is refused.
                found |= {link.id: link for link in links if link.id.startswith(page.withheld)}
        return found


async def _fetch(provider: Provider, wanted: Wanted, cursor: str | None) -> Page[Told]:
    return await provider.list_links(cursor=cursor, wanted=wanted)
