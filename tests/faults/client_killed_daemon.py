"""Daemons that are killed at their Nth write to disk, forked from one process that has everything imported.

A line `home N` on stdin runs the daemon of a home until its queue is over, or until SIGKILL before its Nth
write; what comes back is its exit code (-9 for one that was killed) and how many writes there were.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

from linktui.config.locations import Locations
from linktui.daemon import main as daemon_main
from linktui.daemon import service as daemon_service
from linktui.linkserver import app, store
from linktui.providers import wire_aiohttp
from linktui.providers.local import provider
from linktui.services import upload
from linktui.services.house import House
from linktui.storage import writer
from linktui.storage.database import Database
from linktui.storage.lease import Leases
from linktui.storage.transfers import Transfers
from linktui.wiring import build

WARM = (app, daemon_service, provider, store, upload, wire_aiohttp, writer)
"""Imported before the first fork, so that a daemon costs little more than its work."""
CALLS = ("fsync", "fdatasync", "rename", "replace", "link", "unlink", "write", "pwrite", "ftruncate")


class Writes:
    """Counts what changes the disk, and kills the process before the `last` of it (0 is never)."""

    def __init__(self, last: int) -> None:
        self.number = 0
        self._last = last

    def next(self) -> None:
        self.number += 1
        if self.number == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count every system call above, and every write and flush of SQLite."""
        for name in CALLS:
            setattr(os, name, self._counted(getattr(os, name)))
        self._vfs = _Vfs(self)  # lives as long as the connections

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self.next()
            return call(*given, **named)

        return counted


class _File(apsw.VFSFile):
    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int], writes: Writes) -> None:
        super().__init__("unix", name, flags)
        self._writes = writes

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._writes.next()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._writes.next()
        super().xSync(flags)


class _Vfs(apsw.VFS):
    def __init__(self, writes: Writes) -> None:
        super().__init__("counted", "unix", makedefault=True)
        self._writes = writes

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File(name, flags, self._writes)


def open_until_over(locations: Locations) -> House:
    house = build(locations)
    threading.Thread(target=_end_when_over, args=[locations], daemon=True).start()
    return house


def _end_when_over(locations: Locations) -> None:
    """Send the TERM that ends a daemon once it is ready and no upload is left."""
    database = Database(locations.database)
    while (lease := Leases(database).get()) is None or lease.pid != os.getpid():
        time.sleep(0.01)
    while not all(one.state.settled for one in Transfers(database).all()):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


def _daemon(home: str, last: int, told: int) -> None:
    writes = Writes(last)
    writes.watch()
    code = daemon_main.run(Locations.below(Path(home)), open_house=open_until_over)
    number = writes.number
    writes.number = 1 << 40
    os.write(told, f"{code} {number}".encode())
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        home, last = line.rsplit(" ", 1)
        reading, told = os.pipe()
        if (pid := os.fork()) == 0:
            _daemon(home, int(last), told)
        os.close(told)
        _, status = os.waitpid(pid, 0)
        ended = os.read(reading, 100).decode() or f"{os.waitstatus_to_exitcode(status)} 0"
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()
        os.close(reading)


if __name__ == "__main__":
    main()
