"""What a link can be at another account, when it moves there."""

from __future__ import annotations

from dataclasses import replace

from linktui.model.capability import Ability, Account
from linktui.model.change import Intent
from linktui.model.expiry import parse_expiry
from linktui.model.link import Link, LinkKind, LinkSpec
from linktui.services.planning import Planner

ENDED = "It has ended; say when the new link is to end."


def moved_to(
    planner: Planner, link: Link, account: Account, *, ends: str = "", end_old: bool, password: str = ""
) -> Intent:
    """Return the move of one link, with whatever of it the other account can keep; raises InvalidInput.

    `ends` is a phrase, the old link's own end when empty; `password` is for a link that has one.
    """
    end, reason = link.expires_at, ""
    now = planner.now(account.name)
    if ends:
        end = parse_expiry(ends, now=now, current=link.expires_at)
    elif end is not None and end <= now:
        reason = ENDED
    spec = replace(spec_there(link, account), expires_at=end)
    if link.has_password and password:
        spec = replace(spec, password=password)
    intent = planner.moved(link, account.name, spec, end_old=end_old)
    return replace(intent, reason=intent.reason or reason)


def spec_there(link: Link, account: Account) -> LinkSpec:
    """Return what a link can be at another account, its end and its password left out."""
    limits = account.limits
    kept = {option.key for option in limits.link_options if option.on_create and not option.missing}
    return LinkSpec(
        kind=link.kind if link.kind in limits.kinds else LinkKind.DOWNLOAD,
        name=link.name if limits.can(Ability.RENAME) else "",
        download_limit=link.download_limit if limits.can(Ability.DOWNLOAD_LIMIT) else None,
        metadata=link.metadata if limits.can(Ability.METADATA) else {},
        options={key: value for key, value in link.options.items() if key in kept and value},
        captions=tuple(file.caption for file in link.files),
    )
