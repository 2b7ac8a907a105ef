"""The background process: it runs the uploads, the looks at every account, and the link server."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from logging.handlers import RotatingFileHandler

from linktui.config.locations import Locations
from linktui.daemon.collector import look_seldom
from linktui.daemon.control import LEASE_HELD_EXIT
from linktui.daemon.lock import Lock
from linktui.daemon.service import Daemon
from linktui.daemon.signals import set_on_end
from linktui.model.errors import LeaseHeld, LinktuiError
from linktui.model.wording import explain
from linktui.services.house import House
from linktui.storage.damage import storage_error

LOG_BYTES = 1_000_000
log = logging.getLogger("linktui.daemon")


def run(locations: Locations, *, open_house: Callable[[Locations], House]) -> int:
    """Serve a data directory until told to end; return the process's exit code."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.umask(0o077)
    os.chdir("/")  # so that no file system is kept busy
    try:
        locations.create()
        _log_to(locations)
        lock = Lock.take(locations.lock)
    except LeaseHeld as error:
        log.info("%s", explain(error))
        return LEASE_HELD_EXIT
    except LinktuiError as error:
        log.error("%s", explain(error))
        return 1
    try:
        asyncio.run(_serve(open_house(locations)))
    except Exception as error:
        known = error if isinstance(error, LinktuiError) else storage_error(error, locations.database)
        if known is None:
            raise
        log.error("%s", explain(known))
        return 1
    finally:
        lock.release()
    return 0


async def _serve(house: House) -> None:
    stop = asyncio.Event()
    set_on_end(stop)
    look_seldom()
    try:
        await Daemon(house).run(stop)
    finally:
        await house.close()


def _log_to(locations: Locations) -> None:
    handler = RotatingFileHandler(locations.log, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
