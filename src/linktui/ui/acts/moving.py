"""Move links to another account: their files go there, and each gets a new URL."""

from __future__ import annotations

from linktui.model.text import clean
from linktui.services.elsewhere import moved_to
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.move import Move, MoveDialog


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
        await desk.plan(
            title,
            lambda planner, link: moved_to(
                planner,
                link,
                answer.account,
                ends=answer.ends,
                end_old=answer.end_old,
                password=answer.password,
            ),
        )

    desk.open(MoveDialog(desk.links, accounts, desk.services.clock(), act=plan))
