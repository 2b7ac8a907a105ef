"""Ask how a link is taken back: revoked, deleted, or not at all."""

from __future__ import annotations

from enum import Enum

from linktui.model.capability import Ability, Limits
from linktui.ui.dialogs.menu import Answer, MenuDialog


class TakeBack(Enum):
    """What to do to the link."""

    REVOKE = "revoke"
    DELETE = "delete"


class TakeBackDialog(MenuDialog[TakeBack | None, TakeBack | None]):
    """The focus begins on Cancel; what the service cannot do is not offered, and why is said."""

    def __init__(self, what: str, limits: Limits) -> None:
        """`what` says of which links it is, and what there is to know first."""
        answers: list[Answer[TakeBack | None]] = [Answer("n", None, "Cancel", "Leave it as it is.")]
        lacking: list[str] = []
        if limits.can(Ability.REVOKE):
            answers.append(
                Answer("r", TakeBack.REVOKE, "Revoke", "It gives nothing from now on; it stays in the list.")
            )
        else:
            lacking.append(f"It cannot be revoked: {limits.missing[Ability.REVOKE]}.")
        if limits.can(Ability.DELETE_LINK):
            answers.append(
                Answer("D", TakeBack.DELETE, "Delete", "It gives nothing, and its history goes. Files stay.")
            )
        else:
            lacking.append(f"It cannot be deleted: {limits.missing[Ability.DELETE_LINK]}.")
        super().__init__("Take back", " ".join([what, *lacking]), answers)

    def result(self, value: TakeBack | None) -> TakeBack | None:
        """Return what was picked."""
        return value
