"""End the daemon that a test started, and any that is only just starting."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from linktui.config.locations import Locations
from linktui.daemon.control import stop
from tests.waiting import until


def end_daemon(locations: Locations) -> None:
    """Have no daemon of a home be left.

    One that a face has started may not hold the lock yet, so that `stop` finds nobody to stop.
    """
    stop(locations)
    until(lambda: not _terminated(locations.config.parent), "a daemon outlived its test")


def _terminated(home: Path) -> list[int]:
    """Ask every daemon of a home to end and return who that was; none where there is no /proc."""
    found = [pid for pid in _processes() if _is_daemon(pid, home)]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    return found


def _processes() -> list[int]:
    with suppress(OSError):
        return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return []


def _is_daemon(pid: int, home: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return command.endswith(b"\0daemon\0run\0") and f"LINKTUI_HOME={home}".encode() in environment
