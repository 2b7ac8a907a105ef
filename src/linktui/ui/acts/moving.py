"""Move links to another account: their files go there, and each gets a new URL."""

from __future__ import annotations

from dataclasses import replace

from linktui.model.capability import Ability, Account
from linktui.model.change import Intent
from linktui.model.expiry import parse_expiry
from linktui.model.link import Link, LinkKind, LinkSpec
from linktui.model.text import clean
from linktui.services.planning import Planner
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.move import Move, MoveDialog

ENDED = "It has ended; say when the new link is to end."


def move(desk: Desk) -> None:
    """Ask where to; one link is a plan too, as a move takes a while."""
    homes = {link.account for link in desk.links}
    accounts = [one for one in desk.services.accounts.all() if {one.name} != homes]
    if not accounts:
        desk.say("There is no other account; 4, then n, adds one.")
        return

    async def plan(answer: Move) -> None:
        what = f"{len(desk.links):,} links" if desk.one is None else named(desk.links)
        title = f"move {what} to {clean(answer.account.name)}"
        await desk.plan(title, lambda planner, link: intent_of(planner, link, answer))

    desk.open(MoveDialog(desk.links, accounts, desk.services.clock(), act=plan))


def intent_of(planner: Planner, link: Link, answer: Move) -> Intent:
    """Return the move of one link, with whatever of it the other account can keep; raises InvalidInput."""
    now = planner.now(answer.account.name)
    ends, reason = link.expires_at, ""
    if answer.ends:
        ends = parse_expiry(answer.ends, now=now, current=link.expires_at)
    elif ends is not None and ends <= now:
        reason = ENDED
    spec = replace(spec_there(link, answer.account), expires_at=ends)
    if link.has_password and answer.password:
        spec = replace(spec, password=answer.password)
    intent = planner.moved(link, answer.account.name, spec, end_old=answer.end_old)
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
