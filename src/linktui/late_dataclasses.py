"""Have a dataclass compile its methods when they are first called, not when the class is made.

Before Python 3.13 `dataclasses` compiles each of a class's six methods by itself, at import. linktui and
Textual have over a hundred dataclasses, of which a first screen calls few methods: it is a sixth of the time
to it. The one private function that compiles is replaced here; where there is none, nothing is done.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import Any

_NAME = "_create_fn"
_FIRST_NOT_TO = (3, 13)
"""From this Python on a class is compiled at once, which is quick enough."""


def compile_when_called() -> None:
    """Have every dataclass made from now on compile its methods late."""
    compiled: Callable[..., Callable[..., Any]] | None = getattr(dataclasses, _NAME, None)
    if sys.version_info < _FIRST_NOT_TO and compiled is not None and not hasattr(compiled, "at_once"):
        setattr(dataclasses, _NAME, _lazily(compiled))


def _lazily(compiled: Callable[..., Callable[..., Any]]) -> Callable[..., Callable[..., Any]]:
    def create(name: str, *arguments: Any, **more: Any) -> Callable[..., Any]:
        method: list[Callable[..., Any]] = []

        def first(self: object, *given: Any, **named: Any) -> Any:
            if not method:
                method.append(compiled(name, *arguments, **more))
                _replace(type(self), name, first, method[0])
            return method[0](self, *given, **named)

        first.__name__ = name
        return first

    create.at_once = compiled  # type: ignore[attr-defined]  # told apart by it, and undone by it in tests
    return create


def _replace(kind: type, name: str, first: object, method: Callable[..., Any]) -> None:
    """Put a method into the class that has `first` in its place, so that only the first call takes longer."""
    for one in kind.__mro__:
        if one.__dict__.get(name) is first:
            method.__qualname__ = f"{one.__qualname__}.{name}"
            setattr(one, name, method)
