"""Ask for the daemon, start it when none is alive, and stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
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
            return running
        if child is not None and child.poll() not in {None, LEASE_HELD_EXIT}:
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


def _spawn(locations: Locations) -> subprocess.Popen[bytes]:
    """Start a daemon of its own session, with nothing of the terminal left in it."""
    environment = dict(os.environ)
    home = locations.config.parent
    if locations == Locations.below(home):
        environment["LINKTUI_HOME"] = str(home)
    locations.log.touch(mode=0o600)
    with locations.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "linktui", "daemon", "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
            env=environment,
        )


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
