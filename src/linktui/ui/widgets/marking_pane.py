"""A list whose rows can be marked; the marks outlive its filter, its order and where one goes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Column

R = TypeVar("R")


class MarkingPane(Pane[R], Generic[R]):
    """A list that keeps each marked row, known by its key, in the order in which they were marked."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        id: str,  # noqa: A002 - Textual's own name for it
    ) -> None:
        self.marks: dict[Hashable, R] = {}
        self._key = key
        super().__init__(columns, key=key, is_marked=lambda row: key(row) in self.marks, id=id)

    @property
    def marked_words(self) -> str:
        """What the border says of the marks."""
        return f", {len(self.marks)} marked" if self.marks else ""

    def update(self) -> None:
        """Show the list as it is now."""
        raise NotImplementedError

    def can_mark(self, row: R) -> bool:
        """Tell whether a row is one that can be marked."""
        return True

    def mark_current(self, count: int = 1) -> None:
        """Mark or unmark so many rows from the cursor on, and go to the one after them."""
        rows, first = self.table.rows, self.table.cursor
        passed = range(first, min(first + count, len(rows)))
        self._turn([rows[at] for at in passed])
        self.table.action_move(len(passed))

    def mark_all(self) -> None:
        """Mark every row that is shown."""
        self.marks |= {self._key(row): row for row in self.table.rows if self.can_mark(row)}
        self._marked()

    def invert_marks(self) -> None:
        """Turn the mark of every row that is shown."""
        self._turn(self.table.rows)

    def clear_marks(self) -> bool:
        """Unmark everything and tell whether there was anything."""
        had = bool(self.marks)
        self.marks.clear()
        self._marked()
        return had

    def _turn(self, rows: Iterable[R]) -> None:
        for row in filter(self.can_mark, rows):
            if self.marks.pop(self._key(row), None) is None:
                self.marks[self._key(row)] = row
        self._marked()

    def _marked(self) -> None:
        self.table.refresh_rows()
        self.update()
