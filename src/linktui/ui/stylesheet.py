"""A stylesheet that parses each source once, for whichever app and however often the theme is set.

Textual parses all of an app's CSS at its start, and once more because a theme counts as a change when it is
first set; that is a third of the time to a first frame. What replaces it here leans on names that are private
to Textual's Stylesheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_Parsed = LRUCache[tuple[Any, ...], list[RuleSet]]
_KEPT = 512
"""Sources kept for one set of variables; linktui has about a hundred."""
_parsed: LRUCache[tuple[tuple[str, str], ...], _Parsed] = LRUCache(4)
"""What was parsed, by the theme's variables: a warm process has it before a face is forked from it."""


class KnownStylesheet(Stylesheet):
    """Textual's, with a memory of what was parsed."""

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = _parsed_with(variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take other variables; nothing is forgotten where they are the same."""
        if variables != self._variables:
            self._parse_cache = LRUCache(1)  # as Textual empties it
            super().set_variables(variables)
            self._parse_cache = _parsed_with(variables)

    def reparse(self) -> None:
        """Apply the variables, parsing only what was never parsed with them."""
        self.parse()


def _parsed_with(variables: Mapping[str, str]) -> _Parsed:
    key = tuple(sorted(variables.items()))
    if key not in _parsed:
        _parsed[key] = LRUCache(_KEPT)
    return _parsed[key]
