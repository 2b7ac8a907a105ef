"""The table [screen], as the program itself writes it."""

from __future__ import annotations

from pathlib import Path

from linktui.config.document import changing


def write_screen(path: Path, key: str, value: str) -> None:
    """Set one key of [screen] and leave all else as it is, comments too; raises StorageUnusable."""
    import tomlkit

    with changing(path) as document:
        document.setdefault("screen", tomlkit.table())[key] = value
