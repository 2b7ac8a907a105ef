"""Everything that can be done to links: read here, act at the service, record what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from linktui.model.capability import Ability
from linktui.model.change import Change, Intent, Verb
from linktui.model.errors import InvalidInput, LinktuiError, NotFound
from linktui.model.expiry import parse_duration
from linktui.model.final_filter import without_final
from linktui.model.ids import random_id
from linktui.model.link import Download, Link, LinkEdit, LinkSpec
from linktui.model.numbers import Numbers
from linktui.model.query import Counts, Key, LinkQuery
from linktui.model.saving import saving_of
from linktui.model.wording import explain
from linktui.providers.base import ListsDownloads, Page, Told, Wanted
from linktui.services.accounts import AccountService
from linktui.services.acts import perform
from linktui.services.rules import (
    check_change,
    check_new,
    check_taken_back,
    check_wanted,
    describe_intent,
    extension,
    with_tags,
)
from linktui.storage.accounts import Accounts
from linktui.storage.changes import Changes
from linktui.storage.links import Links
from linktui.storage.listing import Listing, Place
from linktui.storage.survey import Survey

Clock = Callable[[], datetime]


class LinkService:
    """The links of all accounts."""

    def __init__(
        self, *, links: Links, changes: Changes, memory: Accounts, accounts: AccountService, clock: Clock
    ) -> None:
        self._links = links
        self._changes = changes
        self._memory = memory
        self._accounts = accounts
        self._clock = clock

    def now(self, account: str) -> datetime:
        """Return the moment by the clock of the account's service."""
        return self.clock_of(account)()

    @property
    def clock(self) -> Clock:
        """This machine's clock."""
        return self._clock

    def clock_of(self, account: str) -> Clock:
        """Return the clock of the account's service, as far off as it is known to be now."""
        offset = self._memory.get(account).clock_offset
        return lambda: self._clock() + offset

    def window(self, query: LinkQuery, *, offset: int, limit: int) -> list[Link]:
        """Return rows of the list from the local database, at once and offline too."""
        return self._links.window(self.asked(query), now=self._clock(), offset=offset, limit=limit)

    def counts(self, query: LinkQuery) -> Counts:
        """Return how many links the query shows, of how many there are."""
        return self._links.counts(self.asked(query), now=self._clock())

    def listing(self, query: LinkQuery) -> Listing:
        """Return the list as of now, to be read from any place in it."""
        return self._links.listing(self.asked(query), now=self._clock())

    async def survey(self, query: LinkQuery, place: Place | None = None) -> Survey:
        """Return how long a list is and where a place in it lies, without holding up the screen."""
        return await self._links.survey(self.asked(query), now=self._clock(), place=place)

    async def numbers(self, query: LinkQuery) -> Numbers:
        """Return the numbers of all that a query shows, without holding up the screen."""
        return await self._links.numbers(self.asked(query), now=self._clock())

    def total(self, *, most: int) -> int | None:
        """Return how many links there are, or None if there are more than `most`."""
        return self._links.total(most=most)

    def by_numbers(self, numbers: Sequence[int]) -> list[Link]:
        """Return links in the order of their numbers, without those that are gone."""
        return self._links.by_numbers(numbers)

    def keys(self, query: LinkQuery, *, among: Collection[Key] | None = None) -> list[Key]:
        """Return the key of every link the query shows, in its order; only of `among` if given."""
        return self._links.keys(self.asked(query), now=self._clock(), among=among)

    def get_many(self, keys: Sequence[Key]) -> list[Link]:
        """Return links in the order of their keys, without those that are gone."""
        return self._links.get_many(keys)

    def get_present(self, keys: Sequence[Key]) -> list[Link]:
        """Return links in the order of their keys, without those that are not known or no longer there."""
        return self._links.get_present(keys)

    def get(self, account: str, link_id: str) -> Link | None:
        """Return one link from the local database."""
        return self._links.get(account, link_id)

    def resolve(self, link_id: str) -> Link:
        """Return the link whose id is, or alone begins with, `link_id`; raises InvalidInput."""
        found = self._links.find(link_id) if link_id else []
        if len(found) == 1:
            return found[0]
        if not found:
            raise InvalidInput("link", f"“{link_id}” is the id of no link; see `linktui links list`")
        raise InvalidInput("link", f"“{link_id}” begins the ids of several links; write more of it")

    def raw(self, link: Link) -> str:
        """Return the service's own answer about a link as a person reads it; empty where none is kept."""
        kept = self._links.raw(link.account, link.id)
        try:
            return json.dumps(json.loads(kept), ensure_ascii=False, indent=2)
        except ValueError:  # it was no JSON
            return kept

    def history(self, link: Link) -> list[Change]:
        """Return what linktui did to a link, newest first."""
        return self._changes.of(link.account, link.id)

    async def create(self, account: str, file_ids: tuple[str, ...], spec: LinkSpec) -> Link:
        """Make a link to stored files (none for an upload link) and return it."""
        spec = self.check_spec(account, spec, files=len(file_ids))
        return await self._make(Intent(account=account, verb=Verb.CREATE, spec=spec, file_ids=file_ids))

    async def edit(self, link: Link, edit: LinkEdit) -> Link:
        """Change a link in place and return it as it is then."""
        self.check_edit(link, edit)
        verb = Verb.EXPIRE if edit.expire_now else Verb.UPDATE
        return await self._make(Intent(account=link.account, verb=verb, link=link, edit=edit))

    def check_edit(self, link: Link, edit: LinkEdit) -> None:
        """Raise InvalidInput or Unsupported for a change that the link's service would not make."""
        check_change(self._accounts.get(link.account), link, edit, now=self.now(link.account))

    def check_taken_back(self, link: Link, ability: Ability) -> None:
        """Raise Unsupported for a link that its service would not revoke or delete, as `ability` says."""
        check_taken_back(self._accounts.get(link.account).limits, link, ability, now=self.now(link.account))

    def check_spec(self, account: str, spec: LinkSpec, *, files: int) -> LinkSpec:
        """Return a wanted link with what its account adds; raises InvalidInput or Unsupported."""
        found = self._accounts.get(account)
        spec = with_tags(found, spec)
        check_new(found, spec, now=self.now(account), files=files)
        return spec

    def extension(self, link: Link, by: str) -> LinkEdit:
        """Return the edit that moves a link's end later by a time such as `7d`, from its end or from now."""
        return extension(link, parse_duration(by), now=self.now(link.account))

    async def expire(self, link: Link) -> Link:
        """End a link now, so that it can be revived where the service allows that."""
        return await self.edit(link, LinkEdit(expire_now=True))

    async def revoke(self, link: Link) -> Link:
        """Take a link back for good."""
        self.check_taken_back(link, Ability.REVOKE)
        return await self._make(Intent(account=link.account, verb=Verb.REVOKE, link=link))

    async def delete(self, link: Link) -> None:
        """Remove a link, from the service and from the list."""
        self.check_taken_back(link, Ability.DELETE_LINK)
        await self._make(Intent(account=link.account, verb=Verb.DELETE, link=link))

    async def fetch(self, link: Link) -> Link:
        """Ask the service how the link stands now and return it; raises NotFound if it is gone."""
        try:
            told = await self._accounts.provider(link.account).get_link(
                link.id, file_id=link.files[0].id if link.files else ""
            )
        except NotFound:
            await self._links.part(link.account, [link.id], at=self._clock())
            raise
        await self._keep(told)
        return told.link

    async def list_at_service(self, account: str, wanted: Wanted, *, cursor: str | None = None) -> Page[Told]:
        """Ask the service itself for one page of its links; raises Unsupported for a filter it lacks."""
        check_wanted(wanted, self._accounts.get(account).limits.link_filters)
        page = await self._accounts.provider(account).list_links(cursor=cursor, wanted=wanted)
        await self._links.save([(told.link, told.raw) for told in page.rows], seen=self._clock())
        return page

    async def downloads(self, link: Link) -> tuple[Download, ...]:
        """Return the link's latest downloads, newest first; raises Unsupported where nobody keeps them."""
        self._accounts.get(link.account).limits.require(Ability.DOWNLOAD_LOG)
        provider = self._accounts.provider(link.account)
        assert isinstance(provider, ListsDownloads)  # its limits claim so
        return await provider.list_downloads(link.id)

    async def ask_for_refresh(self) -> None:
        """Have the daemon look at every account as soon as it can."""
        for account in self._accounts.all():
            await self._memory.ask(account.name, at=self._clock())

    def synced_at(self, account: str) -> datetime | None:
        """Return when the account's links were last known to be complete."""
        return self._memory.get(account).synced_at

    def as_of(self, account: str) -> datetime | None:
        """Return when the account last answered a look; None before all of it was told once."""
        return self._memory.get(account).as_of

    def told_so_far(self, account: str) -> int | None:
        """Return how many links the first look at an account has brought; None when it is not under way."""
        state = self._memory.get(account)
        return state.swept if state.synced_at is None else None

    def trouble(self, account: str) -> str:
        """Return why the account could not be looked at, in one sentence; empty when all is well."""
        return self._memory.get(account).error

    def asked(self, query: LinkQuery) -> LinkQuery:
        """Return a query in whose filter everything is said in what the local database tells."""
        if not query.filter.text:
            return query
        savings = {account.name: saving_of(account) for account in self._accounts.all()}
        root = without_final(query.filter.root, savings)
        return query if root is query.filter.root else replace(query, filter=replace(query.filter, root=root))

    async def _keep(self, told: Told) -> None:
        await self._links.save([(told.link, told.raw)], seen=self._clock())

    async def _make(self, intent: Intent) -> Link:
        """Make one change, its intent committed before and its end after, and return the link as it is left.

        A link that is gone is returned as it was.
        """
        provider = self._accounts.provider(intent.account)
        key = random_id(16) if intent.verb is Verb.CREATE else ""
        link = intent.link
        entry = await self._changes.intend_at_once(
            intent, detail=describe_intent(intent), at=self._clock(), key=key
        )
        try:
            told = await perform(provider, intent, key=key)
        except LinktuiError as error:
            await self._changes.finish(entry, error=explain(error))
            raise
        if told is not None:
            await self._keep(told)
            await self._changes.finish(entry, subject=told.link.id, after=told.link)
            return told.link
        assert link is not None  # only what there was can be gone
        await self._links.part(link.account, [link.id], at=self._clock())
        await self._changes.finish(entry)
        return link
