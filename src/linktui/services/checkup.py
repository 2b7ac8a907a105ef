"""Look whether links are as their services say and their owner wants: asked there, and asked for a byte.

Nothing is changed by it. Each finding brings the change that would mend it, ready for a plan.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from linktui.model.capability import Ability, Account
from linktui.model.change import Intent, Verb
from linktui.model.errors import LinktuiError, NotFound
from linktui.model.finding import Finding, Ill, Report, Seen, Served
from linktui.model.link import Link, LinkEdit, LinkKind
from linktui.model.phrases import brief_moment, length_text
from linktui.model.wording import explain
from linktui.providers.base import KeepsFiles
from linktui.services.accounts import AccountService
from linktui.services.freshness import Freshness
from linktui.services.links import Clock, LinkService
from linktui.services.planning import Planner
from linktui.services.plans import PlanService
from linktui.storage.files import Files

T = TypeVar("T")

AT_ONCE = 16
"""Addresses of one account that are asked at the same time."""
CHUNK = 1_000
"""Links that are read between two breaths."""
_NOT_SERVED = {Ill.DEAD, Ill.FILE_GONE, Ill.UNSURE}
SEVERAL = 3
"""Links of which not all can have died by themselves."""
CLOSE = timedelta(minutes=2)
"""A link whose end is so near may be either by the time it is looked at."""
USUAL_LIFE = "30d"
"""The end that is suggested for a link without one, where its account has none that is usual."""


class Probes(Protocol):
    """Asks addresses for a byte."""

    async def look(self, url: str) -> Seen:
        """Return what an address gives."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class Checkup:
    """Checks links of any accounts."""

    def __init__(
        self,
        *,
        links: LinkService,
        plans: PlanService,
        files: Files,
        accounts: AccountService,
        freshness: Freshness,
        prober: Callable[[Account], Probes],
    ) -> None:
        self._links = links
        self._plans = plans
        self._files = files
        self._accounts = accounts
        self._freshness = freshness
        self._prober = prober

    async def read(self, numbers: Iterable[int]) -> list[Link]:
        """Return links by their numbers, however many, without holding up the screen."""
        found: list[Link] = []
        chunk: list[int] = []
        for number in numbers:
            chunk.append(number)
            if len(chunk) == CHUNK:
                found += self._links.by_numbers(chunk)
                chunk = []
                await asyncio.sleep(0)
        return found + self._links.by_numbers(chunk)

    async def run(self, links: Sequence[Link], report: Report) -> None:
        """Check links, all accounts at the same time; `report` grows meanwhile and is whole at the end.

        Cancelled, it ends at once, and what was found stays in the report.
        """
        by_account: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            if link.gone_at is None:
                by_account[link.account].append(link)
        report.total += sum(map(len, by_account.values()))
        async with asyncio.TaskGroup() as group:
            for name, mine in by_account.items():
                group.create_task(self._try_account(name, mine, report))

    async def _try_account(self, name: str, links: Sequence[Link], report: Report) -> None:
        """Check an account's links; what keeps that from going on is said of this account alone."""
        try:
            await self._check_account(name, links, report)
        except* LinktuiError as failed:
            report.troubles[name] = explain(_first_of(failed))

    async def _check_account(self, name: str, links: Sequence[Link], report: Report) -> None:
        if not self._accounts.knows(name):
            report.troubles[name] = "It is configured no more."
            return
        account = self._accounts.get(name)
        fresh = await self._freshness.look(name, links)
        prober = self._prober(account)
        planner = self._plans.planner()
        check = _Check(account, prober, planner, self._links.clock_of(name), report)
        try:
            await _each(links, lambda link: check.one(link, fresh.get(link.id)))
            await self._look_for_files(account, list(fresh.values()), check)
        finally:
            await prober.close()
        check.doubt()
        check.duplicates(list(fresh.values()))

    async def _look_for_files(self, account: Account, links: Sequence[Link], check: _Check) -> None:
        """Ask for the files of live links that are not among those that are known to be stored."""
        provider = self._accounts.provider(account.name)
        if not isinstance(provider, KeepsFiles) or not account.limits.can(Ability.LIST_FILES):
            return
        holders: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            if link.state(check.now).alive:
                for file in link.files:
                    holders[file.id].append(link)
        unknown = [file_id for file_id in holders if self._files.get(account.name, file_id) is None]

        async def ask(file_id: str) -> None:
            try:
                await provider.get_file(file_id)
            except NotFound:
                check.file_gone(holders[file_id])
            except LinktuiError as error:
                check.report.troubles.setdefault(account.name, explain(error))

        await _each(unknown, ask)


class _Check:
    """What one account's links are compared with, and where what is found goes."""

    def __init__(
        self, account: Account, prober: Probes, planner: Planner, clock: Clock, report: Report
    ) -> None:
        self._clock = clock
        self.report = report
        self._account = account
        self._prober = prober
        self._planner = planner
        self._served = 0

    @property
    def now(self) -> datetime:
        """The moment by the clock of the account's service."""
        return self._clock()

    @property
    def _mine(self) -> list[Finding]:
        return [one for one in self.report.findings if one.link.account == self._account.name]

    async def one(self, link: Link, fresh: Link | None) -> None:
        """Check one link; `fresh` is what its service says of it now."""
        told = link if fresh is None else fresh
        seen = await self._probe(told)
        if fresh is None:
            served = ", but its address still gives it" if seen and seen.served is Served.GIVES else ""
            self._found(told, Ill.UNKNOWN, f"its service has it no more{served}")
        else:
            self._compare(fresh, seen)
            self._look_at_end(fresh)
        self.report.checked += 1

    async def _probe(self, link: Link) -> Seen | None:
        """Return what a link's address gives, or None where asking for it could spend something."""
        if link.has_password or link.download_limit is not None or not link.url:
            self.report.spared += 1
            return None
        seen = await self._prober.look(link.url)
        self.report.probed += 1
        self._served += seen.served is Served.GIVES
        return seen

    def _compare(self, link: Link, seen: Seen | None) -> None:
        alive = link.state(self.now).alive
        is_file = link.kind is not LinkKind.UPLOAD
        if alive and is_file and not link.files:
            self._found(link, Ill.FILE_GONE, "it holds no file any more", self._ended(link))
        if seen is None or _is_close(link.expires_at, self.now):
            return
        if seen.served is Served.UNSURE:
            self._found(link, Ill.UNSURE, seen.words)
        elif alive and _gives_nothing(link, seen.served) and (link.files or not is_file):
            self._found(link, Ill.DEAD, f"its address answers {seen.words}", self._ended(link))
        elif not alive and seen.served is Served.GIVES:
            state = link.state(self.now).value
            self._found(link, Ill.SERVED, f"{state}, but its address gives it", self._ended(link))

    def _look_at_end(self, link: Link) -> None:
        if not link.state(self.now).alive:
            return
        longest = self._account.policy.longest
        latest = None if longest is None else self.now + longest
        if latest is not None and (link.expires_at is None or link.expires_at > latest):
            assert longest is not None
            end = "never ends"
            if link.expires_at is not None:
                end = f"ends {brief_moment(link.expires_at, self.now, weekday=False)}"
            said = f"{end}; longest_expires is {length_text(longest)}"
            edit = LinkEdit(expires_at=latest.replace(microsecond=0))
            self._found(link, Ill.TOO_LONG, said, self._planner.edited(link, edit))
        elif link.expires_at is None:
            usual = self._account.policy.default_expires
            phrase = USUAL_LIFE if usual in {"", "never"} else usual
            self._found(link, Ill.UNENDING, "", self._planner.ending(link, phrase))

    def doubt(self) -> None:
        """Suggest nothing where not one of several live links is served: then not the links are to blame."""
        dead = [one for one in self._mine if one.ill is Ill.DEAD]
        if self._served or len(dead) < SEVERAL:
            return
        self.report.troubles[self._account.name] = (
            f"Not one of its {len(dead)} live links is served, so nothing is suggested for them:"
            " is its public address right, and does it reach this machine?"
        )
        self.report.findings[:] = [
            replace(one, ill=Ill.UNSURE, remedy=None)
            if one.ill is Ill.DEAD and one.link.account == self._account.name
            else one
            for one in self.report.findings
        ]

    def duplicates(self, links: Iterable[Link]) -> None:
        """Find live links to the same files, all but the newest of those that are served."""
        ailing = {one.link.id for one in self._mine if one.ill in _NOT_SERVED}
        same: dict[tuple[object, ...], list[Link]] = defaultdict(list)
        for link in links:
            if link.files and link.id not in ailing and link.state(self.now).alive:
                same[link.kind, tuple(file.id for file in link.files)].append(link)
        for alike in same.values():
            newest = max(alike, key=lambda link: link.created_at)
            for link in alike:
                if link is not newest:
                    made = brief_moment(newest.created_at, self.now, weekday=False)
                    said = f"{len(alike)} live links to it, the newest of {made}"
                    self._found(link, Ill.DUPLICATE, said, self._ended(link))

    def file_gone(self, links: Iterable[Link]) -> None:
        """Note live links to a file that is not stored any more."""
        for link in links:
            self._found(link, Ill.FILE_GONE, "its service does not have the file", self._ended(link))

    def _ended(self, link: Link) -> Intent:
        """Return the change that takes a link away, in the most thorough way that its service has."""
        limits = self._account.limits
        if limits.can(Ability.DELETE_LINK):
            return self._planner.ended(link, Verb.DELETE)
        if limits.can(Ability.REVOKE):
            return self._planner.ended(link, Verb.REVOKE)
        return self._planner.expired(link)

    def _found(self, link: Link, ill: Ill, detail: str, remedy: Intent | None = None) -> None:
        self.report.findings.append(Finding(link, ill, detail, remedy))


async def _each(things: Sequence[T], act: Callable[[T], Awaitable[None]]) -> None:
    """Do something with each thing, a few at the same time."""
    waiting = iter(things)

    async def work() -> None:
        for thing in waiting:
            await act(thing)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, len(things))):
            group.create_task(work())


def _first_of(failed: ExceptionGroup[LinktuiError]) -> LinktuiError:
    first = failed.exceptions[0]
    return _first_of(first) if isinstance(first, ExceptionGroup) else first


def _gives_nothing(link: Link, served: Served) -> bool:
    """Tell whether an address is dead; one for uploads may well refuse to be read."""
    return served is Served.NOTHING or (served is Served.REFUSED and link.kind is not LinkKind.UPLOAD)


def _is_close(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and abs(moment - now) < CLOSE
