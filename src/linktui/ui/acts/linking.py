"""Make links to stored files: one to all of them at once, or by a plan one to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from textual.screen import Screen

from linktui.model.call import Rehearsed
from linktui.model.file import File
from linktui.model.link import Link
from linktui.services.house import Services
from linktui.ui.dialogs.made import show_made
from linktui.ui.dialogs.new_link import NewLink, NewLinkDialog
from linktui.ui.messages import OpenPlan


def link_files(
    screen: Screen[None],
    services: Services,
    files: tuple[File, ...],
    *,
    options: Mapping[str, str] = MappingProxyType({}),
    clipboard: str = "auto",
) -> None:
    """Ask what the links are to be; the files are of one account. `options` are settled already."""
    made: list[Link] = []

    async def create(new: NewLink) -> None:
        if new.each:
            await _plan(screen, services, files, new)
            return
        made.append(await services.links.create(new.account, new.file_ids, new.spec))

    def tell(new: NewLink | None) -> None:
        if new is not None and made:
            said = "The link is made (1 Links shows it)."
            show_made(screen, services, made[-1], new.spec, said=said, mode=clipboard)

    async def rehearse(new: NewLink) -> Sequence[Rehearsed]:
        links = [(file_id,) for file_id in new.file_ids] if new.each else [new.file_ids]
        rehearsal = services.rehearsal
        return [one for ids in links for one in await rehearsal.create(new.account, ids, new.spec)]

    accounts, now = services.accounts.all(), services.links.now(files[0].account)
    screen.app.push_screen(
        NewLinkDialog(
            files, accounts, services.defaults, now, options=options, act=create, rehearse=rehearse
        ),
        tell,
    )


async def _plan(screen: Screen[None], services: Services, files: Sequence[File], new: NewLink) -> None:
    planner = services.plans.planner()
    intents = [
        # Each is called as its file, so that the plan says which is which.
        planner.created(new.account, (file.id,), replace(new.spec, name=new.spec.name or file.name))
        for file in files
    ]
    plan = await services.plans.make(f"link {len(files):,} files", intents)
    screen.post_message(OpenPlan(plan.id))
