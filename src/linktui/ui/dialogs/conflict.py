"""Ask what to do about an upload whose name and size the account already holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.widget import Widget

from linktui.model.phrases import size_text
from linktui.model.text import clean
from linktui.model.transfer import OnConflict, Transfer
from linktui.ui.dialogs.menu import Answer, MenuDialog
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.field import Field

_ANSWERS = (
    Answer("b", OnConflict.KEEP_BOTH, "Keep both", "upload it beside the stored one"),
    Answer("r", OnConflict.REUSE, "Use the stored one", "if its content is the same; else keep both"),
    Answer("s", OnConflict.SKIP, "Skip", "upload nothing and make no link"),
)


@dataclass(frozen=True, slots=True)
class ConflictChoice:
    """What to do, and whether for every upload that asks."""

    choice: OnConflict
    for_all: bool


class ConflictDialog(MenuDialog[OnConflict, ConflictChoice]):
    """One question for one upload, with the offer to settle the `others` alike."""

    DEFAULT_CSS = """
    ConflictDialog Field { margin-top: 1; }
    """

    def __init__(self, transfer: Transfer, *, others: int) -> None:
        name = clean(transfer.name, limit=48)
        lead = f"The account holds a file “{name}” of {size_text(transfer.size)} already."
        super().__init__("Same name", lead, _ANSWERS)
        self._others = others
        every = f"this and the {others} other{'s' if others > 1 else ''} that ask"
        self._scope = Choice([(False, "only this one"), (True, every)])

    def below(self) -> Iterable[Widget]:
        """Return the question of scope, where there are others."""
        if self._others:
            yield Field("For", self._scope, key="scope")

    def result(self, value: OnConflict) -> ConflictChoice:
        """Return the choice with its scope."""
        return ConflictChoice(value, for_all=bool(self._others) and self._scope.value)
