"""The table [keys]: keys for commands, by their ids; [keys.links] holds those of one screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linktui.config.document import changing

KEYS = "keys"


def flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of [keys] and of the tables in it as `id` and `screen.id`."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        inner = value.items() if isinstance(value, Mapping) else None
        found |= {name: value} if inner is None else {f"{name}.{one}": keys for one, keys in inner}
    return found


def write_key(path: Path, name: str, keys: str | None) -> None:
    """Write the keys of `id` or `screen.id`; None takes the entry out. Raises StorageUnusable."""
    import tomlkit

    screen, _, command = name.rpartition(".")
    with changing(path) as document:
        table = document.setdefault(KEYS, tomlkit.table())
        inner = table.setdefault(screen, tomlkit.table()) if screen else table
        if keys is not None:
            inner[command] = keys
        elif command in inner:
            del inner[command]
        if screen and not inner:
            del table[screen]
        if not table:
            del document[KEYS]
