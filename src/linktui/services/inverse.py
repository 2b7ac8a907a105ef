"""The change that takes another one back, where there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from linktui.model.capability import Ability, Limits
from linktui.model.change import Change, Intent, Verb
from linktui.model.link import KEEP, Link, LinkEdit

_LASTING = "there is nothing that brings it back"


def inverse_edit(link: Link, edit: LinkEdit) -> LinkEdit:
    """Return the edit that makes a link again what it was before `edit`; a password is not known any more."""
    return LinkEdit(
        expires_at=link.expires_at if edit.expire_now or edit.expires_at is not KEEP else KEEP,
        name=link.name if edit.name is not KEEP else KEEP,
        kind=link.kind if edit.kind is not KEEP else KEEP,
        slug=link.slug if edit.slug is not KEEP else KEEP,
        password=None if edit.password is not KEEP and not link.has_password else KEEP,
        download_limit=link.download_limit if edit.download_limit is not KEEP else KEEP,
        metadata=(KEEP if edit.metadata is KEEP else {key: link.metadata.get(key) for key in edit.metadata}),
        options=KEEP if edit.options is KEEP else {key: link.options.get(key, "") for key in edit.options},
        files=link.files if edit.files is not KEEP else KEEP,
    )


def why_final(intent: Intent, limits: Limits, *, now: datetime) -> str:
    """Return why nothing takes a change back, in a clause; empty when something does."""
    if intent.verb in {Verb.REVOKE, Verb.DELETE}:
        return _LASTING
    if intent.verb in {Verb.CREATE, Verb.MOVE}:
        spec = intent.spec
        if spec is not None and not limits.can_take_back(spec.kind, spec.options):
            return "it is made without a way to take it back"
        return "" if way_to_end(limits) is not None else "the service takes no link back"
    link, edit = intent.link, intent.edit
    if link is None or edit is None:
        return ""
    if (edit.expire_now or is_over(edit, now)) and not limits.can(Ability.REVIVE):
        return "the service revives no link"
    if edit.expire_now and link.expires_at is not None and link.expires_at <= now:
        return "it had ended before"
    if isinstance(edit.expires_at, datetime) and not limits.can_take_back(link.kind, link.options):
        return "its address stays good until the new end"
    if edit.password is not KEEP and link.has_password:
        return "the password it had is not known"
    return ""


def way_to_end(limits: Limits) -> Verb | None:
    """Return how a link can be taken away at a service, the most thorough way first; None if not at all."""
    ways = ((Ability.DELETE_LINK, Verb.DELETE), (Ability.REVOKE, Verb.REVOKE))
    found = next((verb for ability, verb in ways if limits.can(ability)), None)
    if found is None and limits.can(Ability.EXPIRE_NOW) and limits.can(Ability.CHANGE_EXPIRY):
        return Verb.EXPIRE
    return found


def inverse_of(change: Change, limits: Limits) -> Intent | None:
    """Return the change that takes a made one back, unchecked; None where there is none."""
    intent, after = change.intent, change.after
    if intent is None or change.verb in {Verb.REVOKE, Verb.DELETE}:
        return None
    if intent.verb in {Verb.CREATE, Verb.MOVE}:
        way = way_to_end(limits)
        if after is None or way is None:
            return None
        edit = LinkEdit(expire_now=True) if way is Verb.EXPIRE else None
        return Intent(account=after.account, verb=way, link=after, edit=edit)
    if intent.link is None or intent.edit is None or after is None:
        return None
    back = inverse_edit(intent.link, intent.edit)
    return None if back == LinkEdit() else replace(intent, verb=Verb.UPDATE, link=after, edit=back)


def is_over(edit: LinkEdit, now: datetime) -> bool:
    """Tell whether an edit sets an end that has passed, so that the link gives nothing any more."""
    return edit.expires_at is not KEEP and edit.expires_at is not None and edit.expires_at <= now
