"""The last act on links, kept so that `&` can do it again to another link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(slots=True)
class LastAct:
    """Which command it was, and what it was given."""

    command_id: str = ""
    answer: str = ""

    def began(self, command_id: str) -> None:
        """Remember an act; what it is given follows, and until then it is what it was given last."""
        if command_id != self.command_id:
            self.command_id, self.answer = command_id, ""

    def answered(self, command_id: str, answer: str) -> None:
        """Remember what an act was given."""
        self.command_id, self.answer = command_id, answer


@runtime_checkable
class RemembersActs(Protocol):
    """An app that knows which act was the last."""

    last_act: LastAct
