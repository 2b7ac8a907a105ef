"""Change everything else about links: of one in a form filled in with it, of several only what is touched."""

from __future__ import annotations

from collections.abc import Sequence

from linktui.model.call import Rehearsed
from linktui.model.link import Link, LinkEdit
from linktui.ui.acts.desk import Desk
from linktui.ui.acts.expiry import FINAL
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
        await desk.plan(title, lambda planner, link: planner.shared(link, shared.edit, ends=shared.ends))

    desk.open(EditSeveralDialog(number, desk.limits, desk.services.clock(), act=plan))
