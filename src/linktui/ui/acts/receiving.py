"""Make a link through which others hand files in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.screen import Screen

from linktui.model.call import Rehearsed
from linktui.model.link import Link, LinkKind
from linktui.services.house import Services
from linktui.ui.current import CurrentAccount
from linktui.ui.dialogs.made import show_made
from linktui.ui.dialogs.new_link import NewLink, NewLinkDialog


def make_upload_link(
    screen: Screen[None],
    services: Services,
    *,
    current: CurrentAccount,
    clipboard: str,
    acted: Callable[[], None],
) -> None:
    """Ask what it is to be, make it, and show its address; `acted` is called once it is there."""
    accounts = [one for one in current.ordered(services.accounts) if LinkKind.UPLOAD in one.limits.kinds]
    if not accounts:
        screen.notify("No account here can take files from others.", severity="warning", markup=False)
        return
    made: list[Link] = []

    async def create(new: NewLink) -> None:
        made.append(await services.links.create(new.account, new.file_ids, new.spec))
        acted()

    def tell(new: NewLink | None) -> None:
        if new is not None:
            said = "The upload link is made; y copies it. To share a file: 2, then u."
            show_made(screen, services, made[-1], new.spec, said=said, mode=clipboard)

    async def rehearse(new: NewLink) -> Sequence[Rehearsed]:
        return await services.rehearsal.create(new.account, new.file_ids, new.spec)

    now = services.links.now(accounts[0].name)
    dialog = NewLinkDialog((), accounts, services.defaults, now, act=create, rehearse=rehearse)
    screen.app.push_screen(dialog, tell)
