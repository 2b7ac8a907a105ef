"""A setting that only some services have, described as data so that forms and commands make themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linktui.model.errors import InvalidInput


class OptionKind(StrEnum):
    """What a value of an option looks like; it is text in each case."""

    TEXT = "text"
    LONG_TEXT = "long text"
    CHOICE = "choice"
    TOGGLE = "toggle"
    """`yes` or `no`."""
    NAMES = "names"
    """Several words, such as addresses, separated by commas."""


YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a link, of a file to upload, or of an account."""

    key: str
    title: str
    kind: OptionKind = OptionKind.TEXT
    choices: tuple[str, ...] = ()
    """The values known of a CHOICE, the usual one first."""
    open: bool = False
    """Whether a CHOICE takes values beyond those known."""
    default: str = ""
    """What a form offers first; empty leaves the option out."""
    required: bool = False
    longest: int | None = None
    """Characters."""
    help: str = ""
    on_create: bool = True
    on_edit: bool = True
    missing: str = ""
    """Why it cannot be set here, in one clause; empty when it can."""

    def check(self, value: str) -> None:
        """Raise InvalidInput for a value the option does not take."""
        if self.missing:
            raise InvalidInput(self.key, f"cannot be set: {self.missing}")
        allowed = (YES, NO) if self.kind is OptionKind.TOGGLE else () if self.open else self.choices
        if value and allowed and value not in allowed:
            raise InvalidInput(self.key, f"has to be one of {', '.join(allowed)}")
        if self.longest is not None and len(value) > self.longest:
            raise InvalidInput(self.key, f"has at most {self.longest} characters")
        if self.required and not value:
            said = self.title.lower().replace(" ", "") == self.key.replace("_", "")
            raise InvalidInput(self.key, "is missing" if said else f"is missing; give {self.title.lower()}")


def with_defaults(options: Iterable[Option], values: Mapping[str, str]) -> dict[str, str]:
    """Return values with the usual one for every required option that was left out."""
    usual = {option.key: option.default for option in options if option.required and option.default}
    return usual | dict(values)


def check_options(options: Iterable[Option], values: Mapping[str, str], *, all_of_them: bool = True) -> None:
    """Raise InvalidInput for an unknown key, a value that is not taken, or (`all_of_them`) one left out."""
    known = {option.key: option for option in options}
    for key, value in values.items():
        if key not in known:
            there = ", ".join(known) or "none"
            raise InvalidInput("option", f"“{key}” is not known here; there is {there}")
        known[key].check(value)
    for key, option in known.items():
        if all_of_them and option.required and not values.get(key):
            option.check("")
