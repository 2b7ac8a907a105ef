"""Fetch stored files, or what they were, into a folder; over what is there only when told to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from textual.screen import Screen

from linktui.model.errors import TargetTaken
from linktui.model.file import File
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.acts.several import carry_out
from linktui.ui.dialogs.confirm import ConfirmDialog


async def fetch_files(
    screen: Screen[Any], services: Services, files: Sequence[File], directory: Path
) -> None:
    """Fetch files, and say which are here."""

    async def download(file: File, replacing: bool) -> Path:
        return await services.files.download(file, directory, replacing=replacing)

    here = await fetch(screen, files, download, directory)
    if len(here) == 1:
        screen.notify(f"“{clean(here[0].name)}” is here.", markup=False)
    elif here:
        screen.notify(f"{len(here):,} files are here.", markup=False)


async def fetch(
    screen: Screen[Any],
    files: Sequence[File],
    download: Callable[[File, bool], Awaitable[Path]],
    directory: Path,
) -> list[Path]:
    """Return where each file is now that `download(file, replacing)` could be done for."""

    def question(taken: Sequence[File]) -> ConfirmDialog:
        names = f"“{clean(taken[0].name, limit=60)}”"
        are = f"{names} and {len(taken) - 1:,} more are" if len(taken) > 1 else f"{names} is"
        text = f"{are} in {clean(str(directory))} already. Write over {'them' if len(taken) > 1 else 'it'}?"
        return ConfirmDialog("Fetch", text, action="Write over")

    return await carry_out(screen, files, download, resisting=TargetTaken, question=question)
