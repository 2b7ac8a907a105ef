"""Choose what the links are kept together by."""

from __future__ import annotations

from linktui.model.query import LinkGroup
from linktui.ui.dialogs.menu import Answer, MenuDialog

_LETTERS = {LinkGroup.ACCOUNT: "a", LinkGroup.FILE: "f", LinkGroup.STATE: "s", None: "n"}


class GroupDialog(MenuDialog["LinkGroup | None", "tuple[LinkGroup | None]"]):
    """A letter for each way; the links of a group stay in the order chosen before."""

    def __init__(self, current: LinkGroup | None) -> None:
        answers = [
            Answer(
                letter, group, f"{group.value if group else 'nothing'}{'  (now)' if group is current else ''}"
            )
            for group, letter in _LETTERS.items()
        ]
        super().__init__("Keep together by", "", answers)

    def result(self, value: LinkGroup | None) -> tuple[LinkGroup | None]:
        """Return the group; in a tuple, as none is an answer too."""
        return (value,)
