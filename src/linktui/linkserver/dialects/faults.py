"""The first fault that pydantic finds in a request, for a dialect to put into its service's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from linktui.model.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one parameter."""

    kind: str
    """Pydantic's type of error, or the one of a validator's own PydanticCustomError."""
    message: str
    name: str
    """Of the parameter, with what is inside it in brackets: `created[gt]`; empty for the whole."""


def fault_of(error: ValidationError) -> Fault:
    """Return the first fault; it holds nothing of what was sent but names."""
    first: Any = error.errors(include_input=False, include_url=False, include_context=False)[0]
    head, *rest = [str(part) for part in first["loc"]] or [""]
    name = head + "".join(f"[{part}]" for part in rest)
    return Fault(kind=first["type"], message=clean(first["msg"], limit=500), name=clean(name, limit=200))
