"""Change when links end: of one at once, of several by a plan that counts `+7d` from each one's own end."""

from __future__ import annotations

from linktui.model.link import Link, LinkEdit
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.expiry import ExpiryDialog, ExpiryOfSeveralDialog
from linktui.ui.widgets.expiry_input import ExpiryChoice

FINAL = "Nothing takes this back."


def change_expiry(desk: Desk) -> None:
    """Ask for the new end."""
    link = desk.one
    if link is None:
        _ask_for_several(desk)
    else:
        _ask_for_one(desk, link)


def _ask_for_one(desk: Desk, link: Link) -> None:
    async def change(choice: ExpiryChoice) -> None:
        if await desk.change(link, _edit_of(choice)):
            desk.say(f"{named([link])} now ends as you said.")

    def caution(choice: ExpiryChoice) -> str:
        return FINAL if desk.services.plans.planner().edited(link, _edit_of(choice)).final else ""

    desk.open(
        ExpiryDialog(
            f"When should {named([link])} end?",
            now=desk.services.links.now(link.account),
            current=link.expires_at,
            limits=desk.limits,
            act=change,
            caution=caution,
        )
    )


def _edit_of(choice: ExpiryChoice) -> LinkEdit:
    if choice.phrase.lower() == "now":
        return LinkEdit(expire_now=True)
    return LinkEdit(expires_at=choice.expires_at)


def _ask_for_several(desk: Desk) -> None:
    async def plan(phrase: str) -> None:
        await desk.plan(title_of(phrase, len(desk.links)), lambda planner, link: planner.ending(link, phrase))

    desk.open(
        ExpiryOfSeveralDialog(f"When should {desk.number:,} links end?", now=desk.services.clock(), act=plan)
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
