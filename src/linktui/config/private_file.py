"""Write what is about links into a file that nobody else reads."""

from __future__ import annotations

from pathlib import Path

from linktui.model.errors import StorageUnusable


def write_private(path: Path, text: str) -> None:
    """Write a text as it is, line ends and all, into a file (0600 when it is new); raises StorageUnusable."""
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StorageUnusable(path, (error.strerror or str(error)).lower()) from error
