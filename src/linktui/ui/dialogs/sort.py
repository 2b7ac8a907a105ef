"""Choose the column that the links are sorted by."""

from __future__ import annotations

from linktui.model.query import LinkSort
from linktui.ui.dialogs.menu import Answer, MenuDialog

_LETTERS = {
    LinkSort.NAME: "n",
    LinkSort.KIND: "i",
    LinkSort.STATE: "s",
    LinkSort.EXPIRES: "e",
    LinkSort.DOWNLOADS: "d",
    LinkSort.ACCOUNT: "a",
    LinkSort.CREATED: "c",
    LinkSort.SIZE: "z",
}


class SortDialog(MenuDialog[LinkSort, LinkSort]):
    """A letter for each column; the present one again turns the order around."""

    def __init__(self, current: LinkSort) -> None:
        answers = [
            Answer(letter, sort, f"{sort.value}{'  (now; again turns it around)' if sort is current else ''}")
            for sort, letter in _LETTERS.items()
        ]
        super().__init__("Sort by", "", answers)

    def result(self, value: LinkSort) -> LinkSort:
        """Return the column."""
        return value
