"""A text while somebody edits it: a file of its own that only its owner can read."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from linktui.model.errors import InvalidInput, StorageUnusable


class Draft:
    """One text in a private directory; whoever made it removes it or says where it is kept."""

    def __init__(self, text: str, *, below: Path) -> None:
        """Write the text; raises StorageUnusable."""
        try:
            below.mkdir(mode=0o700, parents=True, exist_ok=True)
            # An editor's own copies lie in the directory too, and go with it.
            self.path = Path(tempfile.mkdtemp(prefix="edit-", dir=below)) / "linktui.links"
            self.path.touch(mode=0o600)
        except OSError as error:
            raise StorageUnusable(below, error.strerror or str(error)) from error
        self.written = ""
        self.write(text)

    def write(self, text: str) -> None:
        """Put a text in place of what is there; raises StorageUnusable."""
        try:
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                           encoding="utf-8", newline="") as file:  # fmt: skip
                file.write(text)
        except OSError as error:
            raise StorageUnusable(self.path, error.strerror or str(error)) from error
        self.written = text

    def read(self) -> str:
        """Return what is there, nothing for a file that was deleted; raises InvalidInput."""
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise StorageUnusable(self.path, error.strerror or str(error)) from error
        except UnicodeDecodeError as error:
            raise InvalidInput("text", "is not UTF-8") from error

    def is_as_written(self) -> bool:
        """Tell whether nobody changed it since it was written."""
        try:
            return self.path.read_bytes() == self.written.encode()
        except OSError:
            return False

    def remove(self) -> None:
        """Remove it and its directory."""
        shutil.rmtree(self.path.parent, ignore_errors=True)
