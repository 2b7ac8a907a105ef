"""Make changes that somebody wants ready for a plan: checked, counted, and honest about what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from linktui.model.capability import Ability, Account
from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.differences import changed_since
from linktui.model.errors import InvalidInput, LinktuiError, Unsupported
from linktui.model.expiry import parse_duration, parse_expiry
from linktui.model.ids import random_id
from linktui.model.link import KEEP, Link, LinkEdit, LinkSpec, LinkState
from linktui.model.option import check_options, with_defaults
from linktui.model.wording import explain
from linktui.services.accounts import AccountService
from linktui.services.inverse import inverse_of, is_over, why_final
from linktui.services.rules import (
    check_change,
    check_new,
    check_taken_back,
    check_there,
    extension,
    with_tags,
)

_ENDINGS = {Verb.REVOKE: Ability.REVOKE, Verb.DELETE: Ability.DELETE_LINK}
GONE = "it is not there any more"
NO_INVERSE = "nothing takes this back"
TAGGED = "Its tags are so already."


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the changes of one account stand on."""

    account: Account
    now: datetime


class Planner:
    """Checks many changes against their services' limits, without a call."""

    def __init__(self, *, accounts: AccountService, now: Callable[[str], datetime]) -> None:
        """`now` returns the moment by the clock of an account's service."""
        self._accounts = accounts
        self._now = now
        self._grounds: dict[str, _Ground] = {}

    def now(self, account: str) -> datetime:
        """Return the moment that all changes of one account are counted from."""
        return self._ground(account).now

    def edited(self, link: Link, edit: LinkEdit) -> Intent:
        """Return the change of a link in place; what it cannot be is said in its `reason`."""
        ends = edit.expire_now or is_over(edit, self.now(link.account))
        verb = Verb.EXPIRE if ends else Verb.UPDATE
        intent = Intent(account=link.account, verb=verb, link=link, edit=edit)
        return self._checked(intent, lambda ground: self._check_edit(ground, link, edit))

    def expired(self, link: Link) -> Intent:
        """Return the change that ends a link now."""
        return self.edited(link, LinkEdit(expire_now=True))

    def ended(self, link: Link, verb: Verb) -> Intent:
        """Return the change that revokes or deletes a link."""
        intent = Intent(account=link.account, verb=verb, link=link)

        def check(ground: _Ground) -> None:
            check_there(link)
            check_taken_back(ground.account.limits, link, _ENDINGS[verb], now=ground.now)

        return self._checked(intent, check)

    def extended(self, link: Link, by: str) -> Intent:
        """Return the change that moves a link's end later by a length of time, from its end or from now."""
        if link.expires_at is None:
            return self._refused(link, LinkEdit(), InvalidInput("link", "never expires already"))
        return self.edited(link, extension(link, parse_duration(by), now=self.now(link.account)))

    def ending(self, link: Link, phrase: str) -> Intent:
        """Return the change of a link's end to what a phrase means for it; raises InvalidInput."""
        if phrase.strip().lower() == "now":
            return self.expired(link)
        if phrase.strip().startswith("+"):
            return self.extended(link, phrase.strip().removeprefix("+"))
        ends = parse_expiry(phrase, now=self.now(link.account), current=link.expires_at)
        return self.edited(link, LinkEdit(expires_at=ends))

    def tagged(self, link: Link, tags: Mapping[str, str | None]) -> Intent:
        """Return the change of a link's tags, without those that are as wanted already."""
        needed = still_needed(link, tags)
        intent = self.edited(link, LinkEdit(metadata=needed or tags))
        return intent if needed or intent.reason else replace(intent, reason=TAGGED)

    def shared(self, link: Link, edit: LinkEdit, *, ends: str = "") -> Intent:
        """Return the change of one link that an edit of several means for it; raises InvalidInput.

        `ends` is a phrase for the end, which each link has a meaning of its own for.
        """
        wanted = edit
        if edit.metadata is not KEEP:
            wanted = replace(edit, metadata=still_needed(link, edit.metadata) or KEEP)
        if ends:
            ending = self.ending(link, ends)
            if wanted == LinkEdit() or ending.edit is None:
                return ending
            wanted = replace(wanted, expires_at=ending.edit.expires_at)
        return self.edited(link, edit if wanted == LinkEdit() else wanted)

    def created(
        self, account: str, file_ids: tuple[str, ...], spec: LinkSpec, *, instead_of: Link | None = None
    ) -> Intent:
        """Return the change that makes a link, perhaps in the place of one that cannot be changed."""
        ground = self._ground(account)
        spec = with_tags(ground.account, spec)
        intent = Intent(account=account, verb=Verb.CREATE, spec=spec, file_ids=file_ids, link=instead_of)
        return self._checked(
            intent, lambda ground: check_new(ground.account, spec, now=ground.now, files=len(file_ids))
        )

    def moved(self, link: Link, account: str, spec: LinkSpec, *, end_old: bool) -> Intent:
        """Return the change that sends a link's files to another account and makes a new link there."""
        edit = LinkEdit(expire_now=True) if end_old and link.files else None
        spec = with_tags(self._ground(account).account, spec)
        intent = Intent(account=account, verb=Verb.MOVE, link=link, spec=spec, edit=edit, calls=4)
        files = len(link.files)

        def check(ground: _Ground) -> None:
            if account == link.account:
                raise InvalidInput("account", "is where the link is already")
            if not files:
                raise InvalidInput("link", "holds no file that could go elsewhere")
            origin = self._ground(link.account).account
            origin.limits.require(Ability.DOWNLOAD_FILE)
            if edit is not None:
                self._check_edit(self._ground(link.account), link, edit)
            options = ground.account.limits.file_options
            check_options(options, with_defaults(options, {}))
            check_new(ground.account, spec, now=ground.now, files=files)

        moved = self._checked(intent, check)
        origin = self._ground(link.account).account.limits
        return replace(moved, final=moved.final or (edit is not None and not origin.can(Ability.REVIVE)))

    def renewed(self, intent: Intent) -> Intent:
        """Return the creation of a new link in the place of a change that cannot be made."""
        link = intent.link
        assert link is not None  # only a change of a link is renewable
        edit = intent.edit or LinkEdit()
        ends = link.expires_at if edit.expires_at is KEEP else edit.expires_at
        limits = self._ground(link.account).account.limits
        tags = dict(link.metadata) | dict({} if edit.metadata is KEEP else edit.metadata)
        editable = {option.key for option in limits.link_options if option.on_create and not option.missing}
        spec = LinkSpec(
            kind=link.kind,
            name=link.name if limits.can(Ability.RENAME) else "",
            expires_at=ends,
            download_limit=link.download_limit,
            metadata={key: value for key, value in tags.items() if value is not None},
            options={key: value for key, value in link.options.items() if key in editable and value},
        )
        return self.created(link.account, tuple(file.id for file in link.files), spec, instead_of=link)

    def taken_back(self, change: Change, latest: Callable[[Link], Link | None]) -> list[Intent]:
        """Return the changes that take a made one back; `latest` tells how a link is now."""
        intent, after = change.intent, change.after
        if change.state is not ChangeState.DONE or intent is None:
            return []
        home = after.account if after is not None else change.account
        inverse = inverse_of(change, self._ground(home).account.limits)
        if inverse is None:
            return [replace(intent, account=change.account, reason=_sentence(NO_INVERSE))]
        assert after is not None  # an inverse is about the link as it was left
        return [self._back(inverse, after, latest(after)), *self._old_back(intent, latest)]

    def _back(self, inverse: Intent, after: Link, latest: Link | None) -> Intent:
        if latest is None:
            return replace(inverse, reason=_sentence(GONE))
        changed = changed_since(after, latest)
        if changed and not inverse.verb.ends:
            return replace(inverse, link=latest, reason=_sentence(f"its {changed} was changed since"))
        if inverse.verb in _ENDINGS:
            return self.ended(latest, inverse.verb)
        return self.edited(latest, inverse.edit or LinkEdit())

    def _old_back(self, intent: Intent, latest: Callable[[Link], Link | None]) -> list[Intent]:
        """Return the change that revives the link that a move ended, if it did."""
        link = intent.link
        if intent.verb is not Verb.MOVE or intent.edit is None or link is None:
            return []
        now = latest(link)
        back = LinkEdit(expires_at=link.expires_at)
        if now is None:
            return [self._refused(link, back, InvalidInput("link", "is not there any more"))]
        return [self.edited(now, back)]

    def _check_edit(self, ground: _Ground, link: Link, edit: LinkEdit) -> None:
        state = link.state(ground.now)
        if state is LinkState.REVOKED:
            raise InvalidInput("link", "is revoked, which is for good")
        if state is LinkState.EXPIRED and edit.expire_now:
            raise InvalidInput("link", "has ended already")
        check_change(ground.account, link, edit, now=ground.now)

    def _checked(self, intent: Intent, check: Callable[[_Ground], None]) -> Intent:
        ground = self._ground(intent.account)
        try:
            check(ground)
        except LinktuiError as error:
            renewable = intent.verb is Verb.UPDATE and isinstance(error, Unsupported)
            return replace(
                intent,
                reason=explain(error),
                renewable=renewable and intent.link is not None and bool(intent.link.files),
            )
        final = bool(why_final(intent, ground.account.limits, now=ground.now))
        return replace(intent, final=final, calls=_calls(intent, ground.account))

    def _refused(self, link: Link, edit: LinkEdit, error: LinktuiError) -> Intent:
        return Intent(account=link.account, verb=Verb.UPDATE, link=link, edit=edit, reason=explain(error))

    def _ground(self, account: str) -> _Ground:
        if account not in self._grounds:
            self._grounds[account] = _Ground(self._accounts.get(account), self._now(account))
        return self._grounds[account]


def still_needed(link: Link, tags: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return which tags are not as wanted."""
    return {key: value for key, value in tags.items() if link.metadata.get(key) != value}


def untangled(intent: Sequence[Intent]) -> list[Intent]:
    """Return changes in which addresses change hands without two links wanting one at the same moment.

    A link whose address another of these changes wants gets a passing one first.
    """
    asked = {
        (one.account, one.edit.slug) for one in intent if one.edit is not None and one.edit.slug is not KEEP
    }
    passing = [
        replace(one, edit=LinkEdit(slug=f"moving-{random_id(6)}"), calls=1, phase=0)
        for one in _takers(intent)
        if one.link is not None and one.link.slug and (one.account, one.link.slug) in asked
    ]
    return [*passing, *(replace(one, phase=1) for one in intent)] if passing else list(intent)


def _takers(intent: Iterable[Intent]) -> Iterable[Intent]:
    """Return the changes that can be made and give their link another address."""
    return (one for one in intent if not one.reason and one.edit is not None and one.edit.slug is not KEEP)


def _calls(intent: Intent, account: Account) -> int:
    if intent.edit is None or not account.limits.call_per_field:
        return intent.calls
    plain = ("expires_at", "slug", "password", "name", "kind", "download_limit")
    fields = sum(getattr(intent.edit, name) is not KEEP for name in plain)
    options = 0 if intent.edit.options is KEEP else len(intent.edit.options)
    return max(1, fields + options + (2 if intent.edit.files is not KEEP else 0))


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."
