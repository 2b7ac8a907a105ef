"""Whether anybody looks at the screens of a data directory, so that the daemon asks less while nobody does.

Each face holds a shared lock on one file for as long as it is open; the kernel frees it on any death.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Presence:
    """The faces that are open on one data directory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Count as somebody who looks; where the lock cannot be had, do without."""
        handle = self._open()
        if handle is None:
            yield
            return
        try:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)

    def anybody(self) -> bool:
        """Tell whether a face is open."""
        handle = self._open()
        if handle is None:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        else:
            return False
        finally:
            os.close(handle)

    def _open(self) -> int | None:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
