"""Make one change at its service until its end is known, once whatever is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.differences import changed_since, is_applied
from linktui.model.errors import (
    Conflict,
    LinktuiError,
    NotFound,
    RateLimited,
    StorageError,
    Unauthorized,
    Unavailable,
)
from linktui.model.link import Link
from linktui.model.wording import explain
from linktui.providers.base import Told
from linktui.services.accounts import AccountService
from linktui.services.acts import perform
from linktui.services.freshness import Freshness
from linktui.storage.plans import Ended, Plans

TRIES = 4
"""Times that a change is tried whose service does not answer."""
REST = 1.0
"""Seconds before the first new try; each further one waits twice as long."""
LONGEST_REST = 30.0
CHANGED = "It was changed elsewhere since the plan was made ({}), and was left as it is"
GONE = "It is not there any more"

Place = tuple[str, str]
"""A link's account and id."""
Latest = Mapping[Place, Link]
Move = Callable[[Change], Awaitable[Ended]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What plans are applied with."""

    plans: Plans
    accounts: AccountService
    freshness: Freshness
    now: Callable[[str], datetime]
    """The moment by the clock of an account's service."""
    clock: Callable[[], datetime]
    move: Move
    """Moves a link to another account, which takes many calls."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Maker:
    """Makes the changes of one plan, and remembers how they left their links."""

    def __init__(self, tools: Tools, *, left: Mapping[Place, Link], is_halted: Callable[[], bool]) -> None:
        """`left` are links as the plan's earlier phases left them."""
        self._tools = tools
        self._left = dict(left)
        self._is_halted = is_halted
        self._silent: dict[str, int] = {}

    def silent(self, account: str) -> int:
        """Return how many changes in a row an account did not answer."""
        return self._silent.get(account, 0)

    def as_left(self, intent: Intent) -> Intent:
        """Return a change of the link as an earlier change of the plan left it."""
        left = None if intent.link is None else self._left.get(place_of(intent.link))
        return intent if left is None else replace(intent, link=left)

    def already(self, change: Change, intent: Intent, latest: Latest) -> Ended | None:
        """Return how a change ends without a call, because its link is not what it was; None when it is."""
        link = intent.link
        if link is None or not is_about(intent) or place_of(link) in self._left:
            return None
        return self._outcome(change, link, intent, latest.get(place_of(link)), maybe_ours=change.tried)

    async def make(self, change: Change, intent: Intent, *, begun: bool) -> Ended:
        """Make a change, again after a lost answer, and return how it ended; raises Unauthorized.

        `begun` says that somebody who died may have made it already.
        """
        ended = await self._until_known(change, intent, begun=begun)
        if ended.after is not None:
            self._left[place_of(ended.after)] = ended.after
        return ended

    async def _until_known(self, change: Change, intent: Intent, *, begun: bool) -> Ended:
        """Make a change, again after a lost answer, until its end is known; raises Unauthorized."""
        rest = REST
        for tried in range(1, TRIES + 1):
            try:
                if begun and (known := await self._found_out(change, intent)) is not None:
                    return known
                ended = await self._act(change, intent, again=begun or change.tried)
            except RateLimited as error:
                await self._tools.sleep(min(error.retry_after or rest, LONGEST_REST))
                if tried == TRIES:
                    return Ended(change_id=change.id, state=ChangeState.PLANNED)
            except Unavailable as error:
                self._silent[change.account] = self.silent(change.account) + 1
                if tried == TRIES or self._is_halted():
                    return Ended(change_id=change.id, state=ChangeState.FAILED, error=explain(error))
                await self._tools.sleep(rest)
                begun = True
            else:
                self._silent[change.account] = 0
                return ended
            rest = min(rest * 2, LONGEST_REST)
        raise AssertionError("a loop that ends by returning or raising")

    async def _act(self, change: Change, intent: Intent, *, again: bool) -> Ended:
        if intent.verb is Verb.MOVE:
            return await self._move(change)
        provider = self._tools.accounts.provider(change.account)
        try:
            told = await perform(provider, intent, key=change.key, again=again)
        except (RateLimited, Unavailable, Unauthorized, StorageError):
            raise
        except NotFound:
            state = ChangeState.DONE if intent.verb is Verb.DELETE else ChangeState.STALE
            return Ended(change_id=change.id, state=state, error=GONE, gone=_key(intent))
        except Conflict as error:
            stale = error.code == "stale"
            state = ChangeState.STALE if stale else ChangeState.FAILED
            return Ended(change_id=change.id, state=state, error=explain(error))
        except LinktuiError as error:
            return Ended(change_id=change.id, state=ChangeState.FAILED, error=explain(error))
        return _done(change, intent, told)

    async def _move(self, change: Change) -> Ended:
        try:
            return await self._tools.move(change)
        except (RateLimited, Unavailable, StorageError):
            raise
        except LinktuiError as error:  # of either account: the other may be well
            return Ended(change_id=change.id, state=ChangeState.FAILED, error=explain(error))

    async def _found_out(self, change: Change, intent: Intent) -> Ended | None:
        """Return how a change that was begun ended, as its service has it; None if it was not made."""
        link = intent.link
        if link is None or intent.verb in {Verb.CREATE, Verb.MOVE}:
            return None  # making it again with the same key makes no second one
        latest = (await self._tools.freshness.look(link.account, [link])).get(link.id)
        return self._outcome(change, link, intent, latest, maybe_ours=True)

    def _outcome(
        self, change: Change, link: Link, intent: Intent, latest: Link | None, *, maybe_ours: bool
    ) -> Ended | None:
        """Return how a change ends by what its link is now; None when it is still to be made.

        A link that is gone or revoked, as was wanted, is so by us if the change was ever begun.
        """
        if latest is None:
            done = maybe_ours and intent.verb.ends
            state = ChangeState.DONE if done else ChangeState.STALE
            error = "" if done else f"{GONE}."
            return Ended(change_id=change.id, state=state, error=error, gone=place_of(link))
        revoked = maybe_ours and intent.verb is Verb.REVOKE and latest.revoked_at is not None
        changed = changed_since(link, latest)
        if revoked or ((changed or maybe_ours) and self._is_as_wanted(intent, latest)):
            return Ended(change_id=change.id, state=ChangeState.DONE, after=latest)
        return stale_end(change.id, CHANGED.format(changed)) if changed else None

    def _is_as_wanted(self, intent: Intent, latest: Link) -> bool:
        # A move's edit is only its last step: an old link that has ended says nothing of the new one.
        if intent.edit is None or intent.verb is Verb.MOVE:
            return False
        return is_applied(latest, intent.edit, now=self._tools.now(latest.account))


def stale_end(change_id: int, error: str) -> Ended:
    """Return the end of a change that was left undone because its link is another by now."""
    return Ended(change_id=change_id, state=ChangeState.STALE, error=f"{error}.")


def is_about(intent: Intent) -> bool:
    """Tell whether a change depends on how its link is: a creation in the place of another does not."""
    return intent.verb is not Verb.CREATE


def _done(change: Change, intent: Intent, told: Told | None) -> Ended:
    if told is None:
        return Ended(change_id=change.id, state=ChangeState.DONE, gone=_key(intent))
    return Ended(change_id=change.id, state=ChangeState.DONE, after=told.link, raw=told.raw)


def _key(intent: Intent) -> tuple[str, str] | None:
    return None if intent.link is None else place_of(intent.link)


def place_of(link: Link) -> Place:
    """Return what a link is known by."""
    return link.account, link.id
