"""Links as somebody wrote them, whichever form that has: rows of cells, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linktui.model.errors import Fault


class SheetForm(StrEnum):
    """How links are written."""

    TEXT = "text"
    TOML = "toml"
    CSV = "csv"


class Action(StrEnum):
    """What a row says of its link beyond its fields."""

    EDIT = ""
    LEAVE = "leave"
    EXPIRE = "expire"
    REVOKE = "revoke"
    DELETE = "delete"
    CREATE = "create"


EXPIRES, KIND, LIMIT, NAME, SLUG, PASSWORD, FILE, ACTION = RESERVED = (
    "expires", "kind", "limit", "name", "slug", "password", "file", "action",
)  # fmt: skip
TAG, OPTION = "tag.", "option."
NEW = "new"
KEPT, NONE = "kept", "none"

Cells = Mapping[str, str | None]
"""What a row says, by key; None takes the thing away."""


@dataclass(frozen=True, slots=True)
class Row:
    """One link as somebody wrote it."""

    line: int
    """From 1."""
    place: str
    """`ACCOUNT/ID`, or `new/ACCOUNT`."""
    cells: Cells
    silent: frozenset[str] = frozenset()
    """Which of limit, password and `tag.` the form had no place for: that they are missing says nothing."""


@dataclass(slots=True)
class Sheet:
    """Everything somebody wrote."""

    export: str = ""
    """Which export it comes from; empty when it was written by hand."""
    export_line: int = 1
    rows: list[Row] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    """The places of the links to leave alone."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, sentence: str) -> None:
        """Note what is wrong at a line."""
        self.faults.append(Fault(line, sentence))
