"""Ask for the daemon, start it when none is alive, and stop it."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from linktui.config.locations import Locations
from linktui.daemon.lock import boot_id, holder
from linktui.model.errors import DaemonStartFailed
from linktui.storage.database import Database
from linktui.storage.lease import Lease, Leases

START_TIMEOUT = 20.0
LOOK = 0.03
LEASE_HELD_EXIT = 75
"""How a daemon ends that finds another one alive (EX_TEMPFAIL)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStatus:
    """A daemon that is alive and ready."""

    pid: int
    address: str
    """The link server's base URL."""
    since: datetime
    heartbeat: datetime


def status(locations: Locations) -> DaemonStatus | None:
    """Return the daemon of this data directory once it is ready, or None."""
    pid = holder(locations.lock)
    lease = None if pid is None else _lease(locations)
    if lease is None or lease.pid != pid or lease.boot_id != boot_id():
        return None
    return DaemonStatus(pid=lease.pid, address=lease.address, since=lease.since, heartbeat=lease.heartbeat)


def ensure_running(locations: Locations) -> DaemonStatus:
    """Return the daemon, started first if none is alive; raises DaemonStartFailed."""
    running = status(locations)
    if running is not None:
        return running
    locations.create()
    child = None if holder(locations.lock) else _spawn(locations)
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end:
        running = status(locations)
        if running is not None:
            if child not in {None, running.pid}:
                _see_off(child)
            return running
        if child is not None and _has_failed(child):
            raise DaemonStartFailed(_last_line(locations))
        time.sleep(LOOK)
    raise DaemonStartFailed(f"it was not ready within {START_TIMEOUT:.0f} s")


def stop(locations: Locations, *, timeout: float = 10.0) -> bool:
    """Ask the daemon to end and wait for it; False if none was running.

    Raises DaemonStartFailed if it is still there after `timeout` seconds.
    """
    pid = holder(locations.lock)
    if not pid:
        return False
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + timeout
    while holder(locations.lock) == pid:
        if time.monotonic() > end:
            raise DaemonStartFailed(f"process {pid} did not end within {timeout:.0f} s")
        time.sleep(LOOK)
    return True


def _spawn(locations: Locations) -> int:
    """Start a daemon in a session of its own, with nothing of the terminal left in it; return its id."""
    environment = dict(os.environ)
    home = locations.config.parent
    if locations == Locations.below(home):
        environment["LINKTUI_HOME"] = str(home)
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "linktui", "daemon", "run"],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(locations.log), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _see_off(child: int | None) -> None:
    """Wait for a daemon that came second to end: else it might take over when the first is stopped."""
    end = time.monotonic() + START_TIMEOUT
    with suppress(ChildProcessError):
        while child is not None and time.monotonic() < end and os.waitpid(child, os.WNOHANG) == (0, 0):
            time.sleep(LOOK)


def _has_failed(child: int) -> bool:
    """Tell whether a daemon that was started has ended, other than because another one is alive."""
    try:
        ended, status = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return False
    return bool(ended) and os.waitstatus_to_exitcode(status) != LEASE_HELD_EXIT


def _lease(locations: Locations) -> Lease | None:
    database = Database(locations.database)
    try:
        return Leases(database).get()
    finally:
        database.close()


def _last_line(locations: Locations) -> str:
    try:
        lines = locations.log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "its log cannot be read"
    said = [line for line in lines if line.strip()]
    return said[-1].partition(" ERROR ")[2] or said[-1] if said else "it ended without a word"
