"""The acts on the marks of a list, the same on every screen that has such a list."""

from __future__ import annotations

from typing import Protocol


class HasMarks(Protocol):
    """A list whose rows can be marked."""

    def mark_current(self, count: int = 1) -> None:
        """Mark or unmark so many rows from the cursor on, and go to the one after them."""
        ...

    def mark_all(self) -> None:
        """Mark all that the list holds."""
        ...

    def invert_marks(self) -> None:
        """Turn the mark of all that the list holds."""
        ...

    def clear_marks(self) -> bool:
        """Unmark everything and tell whether there was anything."""
        ...

    def drop_filter(self) -> bool:
        """Take the filter away and tell whether there was one."""
        ...


class Marking:
    """What a screen does with the marks of the list that one is in; its keys are the screen's own."""

    @property
    def marking(self) -> HasMarks:
        """The list that one is in."""
        raise NotImplementedError

    def action_mark(self, count: int = 1) -> None:
        """Mark or unmark the row, or so many from it on."""
        self.marking.mark_current(count)

    def action_mark_all(self) -> None:
        """Mark all that is shown."""
        self.marking.mark_all()

    def action_invert(self) -> None:
        """Turn all marks around."""
        self.marking.invert_marks()

    def action_clear(self) -> None:
        """Take the filter away, and if there was none the marks."""
        if not self.marking.drop_filter():
            self.marking.clear_marks()
