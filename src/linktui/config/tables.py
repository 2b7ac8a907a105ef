"""Make a dataclass of a table of the configuration file, each value of the very type that its field has.

By hand, as pydantic takes longer to import than a first screen may take, and a tenth of a face's memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")

_WORDS = {
    "str": "has to be text in quotes",
    "int": "has to be a whole number",
    "float": "has to be a number",
    "bool": "has to be true or false",
    "Mapping[str, str]": "has to be a table of texts in quotes",
    "tuple[str, ...]": 'has to be a list of texts in quotes: ["…", "…"]',
}


class WrongValue(ValueError):
    """A key of a table that is not allowed there, or not with this value."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason


def read_table(kind: type[T], table: Mapping[str, Any]) -> T:
    """Return the dataclass `kind` with what a table says; raises WrongValue for the first mistake."""
    known: dict[str, Field[Any]] = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for key, value in table.items():
        if key not in known:
            raise WrongValue(key, f"has no place here; allowed are {', '.join(known)}")
        values[key] = _checked(key, value, str(known[key].type))
    for name, one in known.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise WrongValue(name, "is missing")
    return kind(**values)


def _checked(key: str, value: object, wanted: str) -> object:
    """Return a value as its field takes it; raises WrongValue for one of another type."""
    match wanted:
        case "Mapping[str, str]" if isinstance(value, dict):
            for word, text in value.items():
                if not isinstance(text, str):
                    raise WrongValue(f"{key}.{word}", _WORDS["str"])
            return MappingProxyType(value)
        case "tuple[str, ...]" if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        case "float" if type(value) in {int, float}:
            return float(value)  # type: ignore[arg-type]
        case "str" | "int" | "bool" if type(value).__name__ == wanted:
            return value
    raise WrongValue(key, _WORDS[wanted])
