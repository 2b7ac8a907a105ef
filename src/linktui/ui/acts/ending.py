"""End links: now, or by taking them back, which nothing undoes."""

from __future__ import annotations

from collections.abc import Sequence

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability
from linktui.model.change import Intent, Verb
from linktui.model.link import Link, LinkEdit
from linktui.model.phrases import length_text
from linktui.services.plans import PlanService
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.take_back import TakeBack, TakeBackDialog

LIVE = "The account is LIVE: real people may use it."
_ABILITIES = (Ability.REVOKE, Ability.DELETE_LINK)
_VERBS = {TakeBack.REVOKE: Verb.REVOKE, TakeBack.DELETE: Verb.DELETE}
_BECOMES = {Verb.REVOKE: "is revoked", Verb.DELETE: "is deleted"}


def expire_now(desk: Desk) -> None:
    """End links now: one once that is confirmed, several by a plan."""
    link = desk.one
    if link is None:
        number = len(desk.links)
        planned = desk.plan(f"expire {number:,} links now", lambda planner, link: planner.expired(link))
        desk.begin(planned, instead=True)
        return
    intent = desk.services.plans.planner().expired(link)
    if intent.reason:
        desk.say(intent.reason)
    else:
        _ask_to_expire(desk, link, intent)


def _ask_to_expire(desk: Desk, link: Link, intent: Intent) -> None:
    async def rehearse() -> Sequence[Rehearsed]:
        return await desk.services.rehearsal.intent(intent)

    async def expire(yes: bool) -> None:
        if not yes:
            return
        if intent.final:
            await desk.hold(f"expire {named([link])} now", intent, "ends")
        elif await desk.change(link, LinkEdit(expire_now=True)):
            desk.say(f"{named([link])} has ended.")

    after = _wait_words(desk.services.plans) if intent.final else "A new expiry (x) revives it."
    live = f" {LIVE}" if desk.is_live else ""
    text = f"End {named([link])} now? It gives nothing from then on. {after}{live}"
    desk.ask(ConfirmDialog("Expire now", text, action="Expire now", rehearse=rehearse), expire)


def take_back(desk: Desk) -> None:
    """Ask whether to revoke or delete: one link then waits to be sent, several are a plan."""
    link, limits = desk.one, desk.limits_of_any
    if not any(map(limits.can, _ABILITIES)):
        desk.say(f"Not here: {limits.missing[Ability.REVOKE]}.")
        return

    async def end(answer: TakeBack) -> None:
        verb = _VERBS[answer]
        if link is None:
            title = f"{verb.value} {len(desk.links):,} links"
            await desk.plan(title, lambda planner, link: planner.ended(link, verb))
        else:
            intent = desk.services.plans.planner().ended(link, verb)
            await desk.hold(f"{verb.value} {named([link])}", intent, _BECOMES[verb])

    if link is None:
        lead = f"{desk.number:,} links. You see the plan first. Neither can be undone."
    else:
        live = f" {LIVE}" if desk.is_live else ""
        lead = f"{named([link])}. {_wait_words(desk.services.plans)}{live}"
    desk.ask(TakeBackDialog(lead, limits), end)


def _wait_words(plans: PlanService) -> str:
    if not plans.hold:
        return "This cannot be undone."
    return f"This cannot be undone; it waits {length_text(plans.hold)} before it is sent, and u stops it."
