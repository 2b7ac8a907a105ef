"""The keys that a person gave commands, from the configuration file and back into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


class OwnKeys:
    """Keys as they are written, by `id` or `screen.id`; what they mean the screens know."""

    def __init__(self, path: Path, keys: Mapping[str, str]) -> None:
        self._path = path
        self._keys = dict(keys)

    def all(self) -> Mapping[str, str]:
        """Return every entry."""
        return MappingProxyType(self._keys)

    def save(self, name: str, keys: str) -> None:
        """Give a command keys, separated by commas; an empty text is none. Raises StorageUnusable."""
        self._write(name, keys)
        self._keys[name] = keys

    def remove(self, name: str) -> None:
        """Give a command the keys back that it has by itself."""
        if name in self._keys:
            self._write(name, None)
            del self._keys[name]

    def _write(self, name: str, keys: str | None) -> None:
        from linktui.config.keys import write_key

        write_key(self._path, name, keys)
