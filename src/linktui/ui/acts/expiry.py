"""Change when links end: of one at once, of several by a plan that counts `+7d` from each one's own end."""

from __future__ import annotations

from linktui.model.expiry import parse_expiry
from linktui.model.link import Link, LinkEdit
from linktui.model.phrases import brief_moment
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.expiry import ExpiryDialog, ExpiryOfSeveralDialog
from linktui.ui.widgets.expiry_input import ExpiryChoice, meaning

COMMAND = "expire"
FINAL = "Nothing takes this back."


def change_expiry(desk: Desk, phrase: str = "", *, at_once: bool = False) -> None:
    """Ask for the new end, in a form that begins with `phrase`; `at_once` takes that for the answer."""
    link = desk.one
    if link is None:
        _ask_for_several(desk, phrase, at_once=at_once)
    else:
        _ask_for_one(desk, link, phrase, at_once=at_once)


def meaning_of(desk: Desk, phrase: str) -> str:
    """Return what a phrase would make of the links; raises InvalidInput for what is none."""
    link = desk.one
    if link is None:
        planner = desk.services.plans.planner()
        for one in desk.sample[:1]:
            planner.ending(one, phrase)
        return f"a plan for {desk.number:,} links, shown first"
    now = desk.services.links.now(link.account)
    return meaning(parse_expiry(phrase, now=now, current=link.expires_at), now)


def _ask_for_one(desk: Desk, link: Link, phrase: str, *, at_once: bool) -> None:
    async def change(choice: ExpiryChoice) -> None:
        desk.answered(COMMAND, choice.phrase)
        if await desk.change(link, _edit_of(choice)):
            end = brief_moment(choice.expires_at, desk.services.links.now(link.account))
            words = f"now ends {end}" if choice.expires_at else f"now {end} ends"
            desk.say(f"{named([link])} {words}.")

    def caution(choice: ExpiryChoice) -> str:
        return FINAL if desk.services.plans.planner().edited(link, _edit_of(choice)).final else ""

    desk.open(
        ExpiryDialog(
            f"When should {named([link])} end?",
            now=desk.services.links.now(link.account),
            current=link.expires_at,
            limits=desk.limits,
            phrase=phrase,
            act=change,
            caution=caution,
        ),
        at_once=at_once,
    )


def _edit_of(choice: ExpiryChoice) -> LinkEdit:
    if choice.phrase.lower() == "now":
        return LinkEdit(expire_now=True)
    return LinkEdit(expires_at=choice.expires_at)


def _ask_for_several(desk: Desk, phrase: str, *, at_once: bool) -> None:
    async def plan(phrase: str) -> None:
        desk.answered(COMMAND, phrase)
        await desk.plan(title_of(phrase, len(desk.links)), lambda planner, link: planner.ending(link, phrase))

    desk.open(
        ExpiryOfSeveralDialog(
            f"When should {desk.number:,} links end?", now=desk.services.clock(), phrase=phrase, act=plan
        ),
        at_once=at_once,
    )


def title_of(phrase: str, number: int) -> str:
    """Return what a plan for a phrase is called."""
    words = " ".join(phrase.lower().split())
    if words.startswith("+"):
        return f"extend {number:,} links by {words.removeprefix('+').strip()}"
    match words:
        case "never" | "none" | "no":
            return f"clear the expiry of {number:,} links"
        case "now":
            return f"expire {number:,} links now"
    return f"set the expiry of {number:,} links: {words}"
