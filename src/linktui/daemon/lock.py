"""The file lock that makes a daemon the only one of its data directory; the kernel frees it on any death."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from linktui.model.errors import LeaseHeld, StorageUnusable

PATIENCE = 0.3
"""Seconds to try for: a look by somebody else holds the lock for an instant."""


class Lock:
    """The lock, once held."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def take(cls, path: Path) -> Lock:
        """Take the lock and write this process's id into it; raises LeaseHeld or StorageUnusable."""
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageUnusable(path, error.strerror or str(error)) from error
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() > end:
                    os.close(handle)
                    raise LeaseHeld(_pid_in(path)) from error
                time.sleep(0.05)
            else:
                break
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        return cls(handle)

    def release(self) -> None:
        """Let go of the lock."""
        os.close(self._handle)


def holder(path: Path) -> int | None:
    """Return the process id of whoever holds the lock, or None if nobody does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _pid_in(path)
    else:
        return None
    finally:
        os.close(handle)


def boot_id() -> str:
    """Return the kernel's id of this boot, or an empty text where it has none.

    https://docs.kernel.org/admin-guide/sysctl/kernel.html#random
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _pid_in(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
