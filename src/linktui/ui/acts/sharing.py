"""Upload files of this machine and share them, as the form says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textual.screen import Screen

from linktui.model.call import Rehearsed
from linktui.model.text import clean
from linktui.model.transfer import Transfer
from linktui.services.extent import Extent, extent_of
from linktui.services.house import Services
from linktui.services.transfers import Order
from linktui.ui.current import CurrentAccount
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.share import ShareDialog, described


def share_files(
    screen: Screen[None],
    services: Services,
    paths: tuple[Path, ...],
    *,
    current: CurrentAccount,
    folder: str = "",
    queued: Callable[[Order, tuple[Transfer, ...]], object],
) -> None:
    """Ask how; `folder` is where the files go at the first account, if it has folders.

    `queued` is called with what was asked for and the uploads that it became.
    """
    made: list[tuple[Transfer, ...]] = []

    async def enqueue(order: Order) -> None:
        made.append(await services.transfers.enqueue(order))

    async def ask(order: Order) -> bool:
        extent = await extent_of(order.paths)
        return not extent.is_large or await screen.app.push_screen_wait(_question(order, extent))

    def tell(order: Order | None) -> None:
        if order is not None:
            queued(order, made[-1])

    async def rehearse(order: Order) -> Sequence[Rehearsed]:
        files = [path for path in order.paths if path.is_file()]
        return [
            one for path in files for one in await services.rehearsal.upload(order, path, path.stat().st_size)
        ]

    dialog = ShareDialog(
        paths,
        current.ordered(services.accounts),
        services.defaults,
        services.clock(),
        folder=folder,
        act=enqueue,
        ask=ask,
        rehearse=rehearse,
    )
    screen.app.push_screen(dialog, tell)


def _question(order: Order, extent: Extent) -> ConfirmDialog:
    each = order.share is not None and not order.one_link and not order.zip_folders
    named = described([path for path in order.paths if path.is_dir()])
    text = (
        f"Upload {extent.words} of {named} to {clean(order.account)}{', with a link each' if each else ''}?"
    )
    return ConfirmDialog("A lot to upload", text, action="Upload")
