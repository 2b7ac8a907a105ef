"""Delete stored files at their service, once that is confirmed; what links hold, after a second question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from linktui.model.call import Rehearsed
from linktui.model.errors import Conflict
from linktui.model.file import File
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.acts.several import carry_out
from linktui.ui.dialogs.confirm import ConfirmDialog


async def delete_files(screen: Screen[Any], services: Services, files: Sequence[File]) -> None:
    """Ask, delete, and say what is deleted; the files are of one account."""

    async def rehearse() -> list[Rehearsed]:
        return [request for file in files for request in await services.rehearsal.delete_file(file)]

    stays = (
        "The file on this machine, if any, stays."
        if len(files) == 1
        else "Those on this machine, if any, stay."
    )
    if not await screen.app.push_screen_wait(
        ConfirmDialog(
            "Delete the stored file" if len(files) == 1 else "Delete the stored files",
            f"Delete {_named(files)} from {clean(files[0].account)}? {stays}",
            action="Delete",
            rehearse=rehearse,
        )
    ):
        return

    async def delete(file: File, force: bool) -> File:
        await services.files.delete(file, force=force)
        return file

    gone = await carry_out(screen, files, delete, resisting=Conflict, question=_ask_about_held)
    if gone:
        screen.notify(f"{_named(gone)} {'is' if len(gone) == 1 else 'are'} deleted.", markup=False)


def _ask_about_held(files: Sequence[File]) -> ConfirmDialog:
    one = len(files) == 1
    text = (
        f"Active links still hold {_named(files)}. Delete {'it' if one else 'them'} anyway?"
        f" They lose {'it' if one else 'them'} at once."
    )
    title = "Links hold this file" if one else "Links hold these files"
    return ConfirmDialog(title, text, action="Delete anyway")


def _named(files: Sequence[File]) -> str:
    """Return what files are called in a question: a name, or how many there are and the first one's."""
    name = f"“{clean(files[0].name, limit=60)}”"
    return name if len(files) == 1 else f"{len(files):,} files ({name} and {len(files) - 1:,} more)"
