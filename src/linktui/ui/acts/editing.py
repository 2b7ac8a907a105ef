"""Change everything else about links: of one in a form filled in with it, of several only what is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from linktui.model.call import Rehearsed
from linktui.model.change import Intent
from linktui.model.link import KEEP, Link, LinkEdit
from linktui.services.planning import Planner
from linktui.ui.acts.desk import Desk
from linktui.ui.acts.expiry import FINAL
from linktui.ui.acts.tagging import still_needed
from linktui.ui.dialogs.edit_link import EditLinkDialog
from linktui.ui.dialogs.edit_several import EditSeveralDialog, SharedEdit


def edit(desk: Desk) -> None:
    """Open the form."""
    link = desk.one
    if link is None:
        _edit_several(desk)
    else:
        _edit_one(desk, link)


def _edit_one(desk: Desk, link: Link) -> None:
    async def change(edit: LinkEdit) -> None:
        if edit != LinkEdit():
            await desk.change(link, edit)

    async def rehearse(edit: LinkEdit) -> Sequence[Rehearsed]:
        return await desk.services.rehearsal.edit(link, edit)

    def caution(edit: LinkEdit) -> str:
        return FINAL if desk.services.plans.planner().edited(link, edit).final else ""

    now = desk.services.links.now(link.account)
    desk.open(EditLinkDialog(link, desk.limits, now, act=change, rehearse=rehearse, caution=caution))


def _edit_several(desk: Desk) -> None:
    number = desk.number

    async def plan(shared: SharedEdit) -> None:
        title = f"change {number:,} links: {', '.join(shared.fields)}"
        await desk.plan(title, lambda planner, link: intent_of(planner, link, shared))

    desk.open(EditSeveralDialog(number, desk.limits, desk.services.clock(), act=plan))


def intent_of(planner: Planner, link: Link, shared: SharedEdit) -> Intent:
    """Return the change of one link that an edit of several means for it."""
    edit = shared.edit
    if edit.metadata is not KEEP:
        edit = replace(edit, metadata=still_needed(link, edit.metadata) or KEEP)
    if shared.ends:
        ending = planner.ending(link, shared.ends)
        if edit == LinkEdit() or ending.edit is None:
            return ending
        edit = replace(edit, expires_at=ending.edit.expires_at)
    return planner.edited(link, shared.edit if edit == LinkEdit() else edit)
