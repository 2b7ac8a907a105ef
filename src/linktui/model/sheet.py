"""Links as a sheet of text: the forms there are, and what is wrong with a sheet that somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from linktui.model.errors import InvalidInput


class SheetForm(StrEnum):
    """How links are written down."""

    TEXT = "text"
    TOML = "toml"
    CSV = "csv"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in one line."""

    line: int
    """From 1, in the text as it was given."""
    sentence: str


class SheetFaults(InvalidInput):
    """A sheet cannot be used; `faults` says why, line by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        first = self.faults[0]
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__("sheet", f"line {first.line}: {first.sentence.rstrip('.')}{more}")
