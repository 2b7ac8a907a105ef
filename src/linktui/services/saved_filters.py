"""The filters that a person gave names, from the configuration file and back into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from linktui.model.errors import InvalidInput
from linktui.model.filter import Filter, parse_filter


class SavedFilters:
    """Filters by name, in the order of the file."""

    def __init__(self, path: Path, texts: Mapping[str, str]) -> None:
        self._path = path
        self._filters = {name: parse_filter(text) for name, text in texts.items()}

    def all(self) -> Mapping[str, Filter]:
        """Return every saved filter."""
        return dict(self._filters)

    def save(self, name: str, text: str, *, instead_of: str = "") -> None:
        """Save a filter under a name, in place of what has it or of `instead_of`.

        Raises InvalidInput for what cannot be saved, and StorageUnusable.
        """
        from linktui.config.filters import write_filter

        write_filter(self._path, name, text, instead_of=instead_of)
        if instead_of != name:
            self._filters.pop(instead_of, None)
        self._filters[name] = parse_filter(text)

    def remove(self, name: str) -> None:
        """Forget a saved filter; raises InvalidInput for a name that none has."""
        from linktui.config.filters import remove_filter

        if name not in self._filters:
            raise InvalidInput("name", f"“{name}” is no saved filter; see `linktui filters list`")
        remove_filter(self._path, name)
        del self._filters[name]
