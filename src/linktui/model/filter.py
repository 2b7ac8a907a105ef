"""A filter of the links: what was typed, and the conditions that it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from linktui.model.condition import Condition, Every, Not, Some, StateIn


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it was typed, and what it says."""

    text: str
    root: Condition

    @property
    def mentions_state(self) -> bool:
        """Whether it speaks of states, so that ended links are not hidden from it."""
        return _mentions_state(self.root)

    def also(self, other: Filter) -> Filter:
        """Return the filter that both let through."""
        if not (self.text and other.text):
            return self if self.text else other
        texts = [f"({one.text})" if isinstance(one.root, Some) else one.text for one in (self, other)]
        return Filter(" ".join(texts), Every((self.root, other.root)))


ALL = Filter("", Every())
"""The filter that lets everything through."""


def parse_filter(text: str, *, zone: tzinfo | None = None) -> Filter:
    """Return what a filter says; raises FilterError, which points at the character.

    `zone` is the reader's, for days (the system's when None). Times that count from now are worked out
    when links are read, not here.
    """
    if not text.strip():
        return ALL
    from linktui.model.filter_reader import (
        Reader,  # here, because hardly any start of linktui has a filter to read
    )

    return Filter(text.strip(), Reader(text, zone).read())


def quote(text: str) -> str:
    """Return a text in quotes, so that a filter takes it as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _mentions_state(condition: Condition) -> bool:
    match condition:
        case StateIn():
            return True
        case Every(parts) | Some(parts):
            return any(map(_mentions_state, parts))
        case Not(part):
            return _mentions_state(part)
        case _:
            return False
