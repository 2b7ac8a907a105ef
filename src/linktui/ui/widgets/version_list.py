"""The pane of what one stored file was, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from linktui.model.file import File, Version
from linktui.model.phrases import moment_text, size_text
from linktui.model.text import clean
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column


class VersionList(Pane[Version]):
    """One file's versions."""

    def __init__(self, file: File) -> None:
        self._file = file
        columns = (
            Column[Version](title="When", cell=lambda one: Cell(moment_text(one.created_at)), width=30),
            Column[Version](title="Size", cell=_size, width=7, right=True),
            Column[Version](title="What", cell=_what, width=8),
            Column[Version](title="Version", cell=lambda one: Cell(clean(one.id), "muted"), from_width=60),
        )
        super().__init__(columns, key=lambda one: one.id, is_marked=lambda one: False, id="versions")

    def show_versions(self, versions: Sequence[Version], *, empty: str = "") -> None:
        """Show the versions, or why there are none."""
        self.show(versions, empty=empty)
        count = f"{len(versions)} version{'' if len(versions) == 1 else 's'}" if versions else ""
        self.set_titles(f"Versions of {clean(self._file.id, limit=60)}", count)


def _size(version: Version) -> Cell:
    return Cell("" if version.is_deletion else size_text(version.size), "muted")


def _what(version: Version) -> Cell:
    if version.is_deletion:
        return Cell("deleted", "bad")
    return Cell("newest" if version.is_newest else "", "good")
