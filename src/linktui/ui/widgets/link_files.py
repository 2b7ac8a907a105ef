"""The files behind one link, in its order, with their captions."""

from __future__ import annotations

from collections.abc import Sequence

from linktui.model.link import LinkedFile
from linktui.model.phrases import size_text
from linktui.model.text import clean
from linktui.ui.widgets.rows import Cell, Column, Rows

MOST_LINES = 12


class LinkFiles(Rows[LinkedFile]):
    """As high as it has files, up to a bound; then it scrolls."""

    def __init__(self) -> None:
        columns = (
            Column[LinkedFile](title="Name", cell=lambda file: Cell(clean(file.name))),
            Column[LinkedFile](
                title="Size", cell=lambda file: Cell(size_text(file.size), "muted"), width=7, right=True
            ),
            Column[LinkedFile](title="Caption", cell=lambda file: Cell(clean(file.caption), "muted")),
        )
        super().__init__(columns, key=lambda file: file.id, is_marked=lambda file: False)

    def take(self, files: Sequence[LinkedFile]) -> None:
        """Show these files."""
        self.styles.height = min(MOST_LINES, len(files) + 1) if files else 1
        self.set_rows(files)

    @property
    def cursor_at(self) -> int | None:
        """The place of the file under the cursor."""
        return None if self.current is None else self.cursor
