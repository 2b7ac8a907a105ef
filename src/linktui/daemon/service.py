"""Everything the daemon does while it lives, started and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from linktui.daemon.hooks import open_hooks
from linktui.daemon.keepers import Keepers
from linktui.daemon.lock import boot_id
from linktui.daemon.looks import Looks
from linktui.daemon.port import HOST, choose_port
from linktui.daemon.warm import keep_warm
from linktui.daemon.words import keep_words
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.sender import Sender, open_sender
from linktui.linkserver.server import LinkServer
from linktui.model.errors import InvalidInput, StorageError
from linktui.model.expiry import parse_duration
from linktui.model.wording import explain
from linktui.providers.here import PUBLIC_FILE
from linktui.providers.local.address import ADDRESS_FILE
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.plan_runner import PlanRunner, open_runner
from linktui.storage.accounts import Accounts
from linktui.storage.choices import Choices
from linktui.storage.damage import is_damage
from linktui.storage.lease import Lease, Leases

HEARTBEAT = 10.0
PUBLIC_URL = "public_url"
log = logging.getLogger("linktui.daemon")


@contextmanager
def _despite_a_full_disk() -> Iterator[None]:
    """Log a write that failed and go on: it is done again, and links have to be served meanwhile.

    Not so with a damaged database, which is better left alone.
    """
    try:
        yield
    except StorageError as error:
        if is_damage(error):
            raise
        log.warning("%s", explain(error))


def _sender(house: House) -> Sender:
    """Return who the pages say that files are from; links go on without a logo that is not there any more."""
    settings = house.settings.sender
    base = house.locations.settings_file.parent
    try:
        return open_sender(settings, base=base)
    except InvalidInput as error:
        log.warning("[sender] %s", explain(error))
        return open_sender(replace(settings, logo=""), base=base)


class Daemon:
    """The daemon of one data directory, whose lock the caller holds."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._services = house.services
        self._leases = Leases(house.database)
        self._memory = Accounts(house.database)
        self._choices = Choices(house.database)
        self._sync = house.services.sync
        self._engine = Engine(
            database=house.database,
            accounts=house.services.accounts,
            queue=house.services.transfers,
            concurrency=house.settings.uploads.concurrency,
            bandwidth_limit=house.settings.uploads.bandwidth_limit,
            clock=house.services.clock,
        )
        self._plans: PlanRunner = open_runner(house)
        self._hooks = open_hooks(house, _despite_a_full_disk)
        directory = house.locations.server
        self._address_file = directory / ADDRESS_FILE
        self._public_file = directory / PUBLIC_FILE
        self._keepers = Keepers(house.services.accounts, house.connect)
        self._server = LinkServer(
            directory=directory,
            host=HOST,
            port=choose_port(house.settings.local.port, directory / "port"),
            public_url=house.settings.local.public_url or None,
            sender=_sender(house),
            dialects=Dialects(apart=True) if house.settings.local.dialects else None,
            keepers=self._keepers,
        )
        self._looks = Looks(
            services=house.services,
            sync=self._sync,
            memory=self._memory,
            revision=self._server.revision,
            guard=_despite_a_full_disk,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set or there has been nothing to do for the idle time."""
        await self._server.start()
        try:
            await self._announce()
            log.info("ready, process %d", os.getpid())
            with _despite_a_full_disk():
                await self._services.transfers.retry_without_secret()  # this process may have it
            await self._work(stop)
        finally:
            self._address_file.unlink(missing_ok=True)
            await self._server.stop()
            await self._keepers.close()
            await self._leases.release()
            log.info("ended")

    async def _announce(self) -> None:
        """Write down where the server answers, then take the lease: whoever sees it can call."""
        address = f"http://{HOST}:{self._server.port}"
        self._address_file.write_text(address, encoding="ascii")
        self._public_file.write_text(self._server.url, encoding="ascii")
        if self._choices.get(PUBLIC_URL) != self._server.url:
            for account in self._services.accounts.all():
                await self._sync.forget(account.name)
            await self._choices.set(PUBLIC_URL, self._server.url)
        now = self._services.clock()
        await self._leases.take(
            Lease(pid=os.getpid(), boot_id=boot_id(), since=now, heartbeat=now, address=address)
        )

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            jobs = [
                group.create_task(self._engine.run(), name="uploads"),
                group.create_task(self._plans.run(), name="plans"),
                group.create_task(self._looks.run(), name="looks"),
                group.create_task(self._hooks.run(), name="hooks"),
                group.create_task(self._beat(), name="heartbeat"),
                group.create_task(self._end_when_idle(stop), name="idle"),
                group.create_task(self._keep_warm(), name="warm"),
                group.create_task(keep_words(self._house.database, _despite_a_full_disk), name="words"),
            ]
            await stop.wait()
            for job in jobs:
                job.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            with _despite_a_full_disk():
                await self._leases.beat(self._services.clock())

    async def _keep_warm(self) -> None:
        if self._house.settings.daemon.warm:
            with suppress(OSError):  # without it every face starts the plain way
                await keep_warm(self._house.locations.data)

    async def _end_when_idle(self, stop: asyncio.Event) -> None:
        setting = self._house.settings.daemon.idle_exit
        if setting == "never":
            return
        patience = parse_duration(setting)
        idle_since = self._services.clock()
        while True:
            await asyncio.sleep(min(5.0, max(0.2, patience / timedelta(seconds=4))))
            now = self._services.clock()
            working = self._engine.busy or self._plans.busy or self._hooks.busy
            if working or self._has_uploads() or self._server.in_use():
                idle_since = now
            elif now - idle_since >= patience:
                log.info("nothing to do for %s", setting)
                stop.set()
                return

    def _has_uploads(self) -> bool:
        queue = self._services.transfers.snapshot()
        return any(not one.state.settled and not one.state.stuck for one in queue)
