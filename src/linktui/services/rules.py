"""What a wanted link has to keep to, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from linktui.model.capability import Ability, Account, Limits, Policy
from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput, Unsupported
from linktui.model.link import KEEP, Keep, Link, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.model.option import check_options
from linktui.model.phrases import length_text, moment_text, tags_text
from linktui.providers.base import EVERYTHING, Wanted

MAX_PASSWORD_BYTES = 1024
FOR_GOOD = "it was made without a way to take it back, and whoever has its address can use it"
LONG = timedelta(hours=24)
"""A life for which one asks before a link is made that nothing takes back."""
_NEEDS = {
    "name": Ability.RENAME,
    "kind": Ability.CHANGE_KIND,
    "slug": Ability.SLUG,
    "password": Ability.PASSWORD,
    "download_limit": Ability.DOWNLOAD_LIMIT,
    "metadata": Ability.METADATA,
    "files": Ability.EDIT_FILES,
    "expires_at": Ability.CHANGE_EXPIRY,
}


def check_new(account: Account, spec: LinkSpec, *, now: datetime, files: int) -> None:
    """Raise InvalidInput or Unsupported for a link that the account would not make or its owner not allow."""
    check_spec(account.limits, spec, now=now, files=files)
    check_policy(account.policy, spec.expires_at, now=now)


def check_change(account: Account, link: Link, edit: LinkEdit, *, now: datetime) -> None:
    """Raise InvalidInput or Unsupported for a change of a link that the account would not make."""
    check_there(link)
    check_edit(account.limits, edit)
    if edit.expires_at is not KEEP:
        check_expiry(account.limits, edit.expires_at, now=now)
        check_policy(account.policy, edit.expires_at, now=now)
    if link.state(now) is LinkState.EXPIRED:
        account.limits.require(Ability.REVIVE)
    if edit.expire_now or _is_sooner(edit.expires_at, link.expires_at):
        check_taken_back(account.limits, link, Ability.CHANGE_EXPIRY, now=now)


def _is_sooner(end: datetime | Keep | None, before: datetime | None) -> bool:
    return isinstance(end, datetime) and (before is None or end < before)


def check_there(link: Link) -> None:
    """Raise InvalidInput for a link that is kept as history alone."""
    if link.gone_at is not None:
        raise InvalidInput("link", "is not there any more")


def extension(link: Link, length: timedelta, *, now: datetime) -> LinkEdit:
    """Return the edit that moves a link's end later, from its end or from now; raises InvalidInput."""
    if link.expires_at is None:
        raise InvalidInput("link", f"“{link.name}” never expires, so there is nothing to extend")
    return LinkEdit(expires_at=max(link.expires_at, now) + length)


def check_spec(limits: Limits, spec: LinkSpec, *, now: datetime, files: int) -> None:
    """Raise InvalidInput or Unsupported for a link that the service would not make."""
    if spec.kind not in limits.kinds:
        kinds = ", ".join(kind.value for kind in limits.kinds)
        raise InvalidInput("kind", f"{spec.kind.value} is not among this service's kinds: {kinds}")
    _check_files(limits, spec.kind, files)
    check_expiry(limits, spec.expires_at, now=now)
    if spec.password is not None:
        limits.require(Ability.PASSWORD)
        check_password(spec.password)
    if spec.download_limit is not None:
        limits.require(Ability.DOWNLOAD_LIMIT)
        if spec.download_limit < 1:
            raise InvalidInput("download limit", "has to be 1 or more; leave it empty for no limit")
    if spec.slug:
        limits.require(Ability.SLUG)
    if spec.metadata:
        limits.require(Ability.METADATA)
        check_metadata(limits, spec.metadata)
    check_options((option for option in limits.link_options if option.on_create), spec.options)


def check_expiry(limits: Limits, expires_at: datetime | None, *, now: datetime) -> None:
    """Raise InvalidInput or Unsupported for an end that the service does not allow."""
    if expires_at is None:
        limits.require(Ability.NEVER_EXPIRE)
        return
    if limits.longest is not None and expires_at - now > limits.longest:
        raise InvalidInput(
            "expiry", f"is later than the {length_text(limits.longest)} that this service allows"
        )


def irrevocable(limits: Limits, spec: LinkSpec, *, now: datetime) -> bool:
    """Tell whether a link would live for long with nothing to take it back: worth a question before."""
    if not limits.can_take_back(spec.kind, spec.options):
        return True
    ways_back = (Ability.CHANGE_EXPIRY, Ability.EXPIRE_NOW, Ability.REVOKE, Ability.DELETE_LINK)
    if any(limits.can(ability) for ability in ways_back):
        return False
    return spec.expires_at is None or spec.expires_at - now > LONG


def check_taken_back(limits: Limits, link: Link, ability: Ability, *, now: datetime) -> None:
    """Raise Unsupported for a link that was made so that nothing ends it before its time."""
    limits.require(ability)
    if link.state(now).alive and not limits.can_take_back(link.kind, link.options):
        raise Unsupported(ability.value, f"{FOR_GOOD}; it ends {moment_text(link.expires_at)}")


def check_policy(policy: Policy, expires_at: datetime | None, *, now: datetime) -> None:
    """Raise InvalidInput for an end that the owner of the account does not allow."""
    if policy.longest is not None and (expires_at is None or expires_at - now > policy.longest):
        longest = length_text(policy.longest)
        raise InvalidInput(
            "expiry", f"is later than the {longest} that this account's longest_expires allows"
        )


def with_tags(account: Account, spec: LinkSpec) -> LinkSpec:
    """Return a wanted link with the metadata that its account gives every link; its own has the last word."""
    if not account.policy.tags or not account.limits.can(Ability.METADATA):
        return spec
    return replace(spec, metadata=MappingProxyType({**account.policy.tags, **spec.metadata}))


def check_edit(limits: Limits, edit: LinkEdit) -> None:
    """Raise InvalidInput or Unsupported for a change that the service would not make."""
    for name, ability in _NEEDS.items():
        if getattr(edit, name) is not KEEP:
            limits.require(ability)
    if edit.metadata is not KEEP:
        limits.require(Ability.EDIT_METADATA)
    if edit.expires_at is None:
        limits.require(Ability.NEVER_EXPIRE)
    if edit.expire_now:
        limits.require(Ability.EXPIRE_NOW)
        limits.require(Ability.CHANGE_EXPIRY)
    if edit.options is not KEEP:
        editable = [option for option in limits.link_options if option.on_edit]
        check_options(editable, edit.options, all_of_them=False)


def check_wanted(wanted: Wanted, filters: frozenset[str]) -> None:
    """Raise Unsupported for a filter that the service itself does not have."""
    for name in Wanted.__slots__:
        if name not in filters | {"limit", "before"} and getattr(wanted, name) != getattr(EVERYTHING, name):
            known = ", ".join(sorted(filters)) or "none"
            raise Unsupported(f"filter by {name}", f"it has {known}; the list here filters by anything")


def check_password(password: str) -> None:
    """Raise InvalidInput for a password that is empty or too long."""
    if not 1 <= len(password.encode()) <= MAX_PASSWORD_BYTES:
        raise InvalidInput("password", f"has to have 1 to {MAX_PASSWORD_BYTES} bytes")


def describe_edit(edit: LinkEdit) -> str:
    """Return what an edit changes as the journal keeps it: no password, no address."""
    if edit.expire_now:
        return "expires_at: now"
    words = []
    if edit.expires_at is not KEEP:
        words.append(f"expires_at: {moment(edit.expires_at)}")
    words += [
        f"{name}: {value}" for name, value in (("name", edit.name), ("kind", edit.kind)) if value is not KEEP
    ]
    if edit.slug is not KEEP:
        words.append("address: changed")
    if edit.password is not KEEP:
        words.append("password: removed" if edit.password is None else "password: set")
    if edit.download_limit is not KEEP:
        words.append(f"download_limit: {edit.download_limit or 'none'}")
    if edit.metadata is not KEEP:
        words.append(f"metadata: {tags_text(edit.metadata)}")
    if edit.options is not KEEP:
        words += [f"{key}: {value[:60] or 'none'}" for key, value in edit.options.items()]
    if edit.files is not KEEP:
        words.append(f"files: {len(edit.files)}")
    return ", ".join(words)


def describe_intent(intent: Intent) -> str:
    """Return what a change makes of its link as the journal keeps it: no password, no address."""
    match intent.verb:
        case Verb.CREATE | Verb.MOVE if intent.spec is not None:
            made = f"kind: {intent.spec.kind.value}, expires_at: {moment(intent.spec.expires_at)}"
            origin = f", from {intent.link.account}" if intent.verb is Verb.MOVE and intent.link else ""
            return made + origin
        case Verb.DELETE:
            return f"name: {intent.name}"
        case _:
            return "" if intent.edit is None else describe_edit(intent.edit)


def moment(value: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC, or "never"."""
    return "never" if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_files(limits: Limits, kind: LinkKind, files: int) -> None:
    if kind is LinkKind.UPLOAD:
        if files:
            raise InvalidInput("files", "an upload link begins empty: others put the files in")
    elif not files:
        raise InvalidInput("files", "name at least one file for the link to hold")
    elif files > limits.files_per_link:
        raise InvalidInput("files", f"one link holds at most {limits.files_per_link} here; make several")


def check_metadata(limits: Limits, metadata: Mapping[str, str]) -> None:
    """Raise InvalidInput for metadata that is too much for the service."""
    if len(metadata) > limits.metadata_pairs:
        raise InvalidInput("metadata", f"holds at most {limits.metadata_pairs} pairs")
    for key, value in metadata.items():
        if not 1 <= len(key) <= limits.metadata_key:
            raise InvalidInput("metadata", f"a key has 1 to {limits.metadata_key} characters: “{key[:50]}”")
        if len(value) > limits.metadata_value:
            raise InvalidInput("metadata", f"a value has at most {limits.metadata_value} characters: “{key}”")
