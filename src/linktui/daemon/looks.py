"""When which account is looked at: each by itself, so that a slow service holds up no other.

A look brings what is new and is short; a sweep goes through everything and takes its time. Both come rarer
while no face is open.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from linktui.model.errors import InvalidInput, StorageError
from linktui.model.wording import explain
from linktui.providers.base import FeedsChanges
from linktui.providers.registry import LOCAL
from linktui.services.house import Services
from linktui.services.sync import Sync
from linktui.storage.accounts import Accounts
from linktui.storage.damage import DAMAGED

LOOK = 0.25
"""Seconds between two looks at whether anything asks for one."""
EVERY_FEED = 60.0
"""Seconds between two looks at an account that tells what changed."""
EVERY_LOOK, EVERY_LOOK_ALONE = 30.0, 300.0
"""The same for one that can be asked for what is new; alone is while no face is open."""
EVERY_SWEEP, EVERY_SWEEP_ALONE = 300.0, 3600.0
"""Seconds between two sweeps."""
RETRY = 60.0
"""Seconds until a sweep that failed, or another one, goes on."""
EVERY_FORGETTING = 60.0
"""Seconds between two looks at whether the time of what is gone is over."""
AWAITED, EASY, AWAITED_ALONE, ALONE = 0.5, 0.1, 0.1, 0.02
"""Shares of an account's rate that a sweep takes: one that somebody waits for, and any other."""
OWN_FAULT = "linktui met a fault of its own; `linktui daemon logs` has the details."
log = logging.getLogger("linktui.daemon")

Job = tuple[str, str]
"""What is done (look or sweep) and at which account."""


class Looks:
    """The looks at every account, for as long as the daemon lives."""

    def __init__(
        self,
        *,
        services: Services,
        sync: Sync,
        memory: Accounts,
        revision: Callable[[], int],
        guard: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """`revision` grows when the embedded server has news; `guard` lets a full disk pass."""
        self._services = services
        self._sync = sync
        self._memory = memory
        self._revision = revision
        self._guard = guard
        self._seen: dict[Job, tuple[float, object]] = {}
        self._running: dict[Job, asyncio.Task[None]] = {}
        self._watched = False
        """Whether a face is open."""

    async def run(self) -> None:
        """Look at an account when it has news, when somebody asks, and every now and then."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._forget_gone(), name="forget what is gone")
            while True:
                await self._reload()
                self._watched = self._services.presence.anybody()
                for account in self._services.accounts.all():
                    for job in (("look", account.name), ("sweep", account.name)):
                        running = self._running.get(job)
                        if (running is None or running.done()) and self._due(*job):
                            self._running[job] = group.create_task(self._do(job), name=" ".join(job))
                await asyncio.sleep(LOOK)

    def _due(self, what: str, account: str) -> bool:
        return self._look_due(account) if what == "look" else self._sweep_due(account)

    def _look_due(self, account: str) -> bool:
        seen = self._seen.get(("look", account))
        if seen is None or seen[1] != self._wanted(account):
            return True
        pause = EVERY_LOOK if self._watched else EVERY_LOOK_ALONE
        return _now() - seen[0] > (EVERY_FEED if self._feeds(account) else pause)

    def _sweep_due(self, account: str) -> bool:
        """Tell whether a sweep has to begin, or to go on where a daemon that died left it."""
        ended = self._seen.get(("sweep", account))
        if self._feeds(account) or ("look", account) not in self._seen:
            return False  # it tells what changed; or it cannot be opened, which the look says
        if ended is not None and ended[1] != self._wanted(account):
            return True
        if ended is not None and _now() - ended[0] < RETRY:
            return False
        return self._sync.sweeping(account) or self._awaited(account) or self._old(account)

    def _awaited(self, account: str) -> bool:
        """Tell whether somebody waits for a sweep: nothing is known yet, or it was asked for."""
        synced, asked = self._memory.get(account).synced_at, self._memory.asked(account)
        return synced is None or (asked is not None and asked > synced)

    def _old(self, account: str) -> bool:
        synced = self._memory.get(account).synced_at
        pause = EVERY_SWEEP if self._watched else EVERY_SWEEP_ALONE
        ended = self._seen.get(("sweep", account))
        if synced is None or (ended is not None and _now() - ended[0] < pause):
            return False
        return abs(self._services.clock() - synced) > timedelta(seconds=pause)

    def _share(self, account: str) -> float:
        if self._awaited(account):
            return AWAITED if self._watched else AWAITED_ALONE
        return EASY if self._watched else ALONE

    def _feeds(self, account: str) -> bool:
        try:
            return isinstance(self._services.accounts.provider(account), FeedsChanges)
        except InvalidInput:  # it cannot be opened, and the look said why
            return False

    def _wanted(self, account: str) -> object:
        """Return what differs once a new look is worth it: what the server has, and who asked when."""
        embedded = self._services.accounts.get(account).provider == LOCAL
        return (self._revision() if embedded else 0, self._memory.asked(account))

    async def _do(self, job: Job) -> None:
        what, account = job
        wanted = self._wanted(account)
        with self._guard():
            try:
                if what == "look":
                    await self._sync.look(account)
                else:
                    await self._sync.sweep(account, share=lambda: self._share(account))
            except (StorageError, *DAMAGED):
                raise
            except Exception as error:  # noqa: BLE001 - the fault of one account stops no other
                # Without its words: what a provider fell over may hold a share URL.
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("%s at %s: %s\n%s", what, account, type(error).__name__, where)
                await self._memory.failed(account, error=OWN_FAULT)
        self._seen[job] = (_now(), wanted)

    async def _forget_gone(self) -> None:
        while True:
            with self._guard():
                await self._sync.forget_gone()
            await asyncio.sleep(EVERY_FORGETTING)

    async def _reload(self) -> None:
        """Take accounts that somebody added or changed; a wrong file leaves them as they were."""
        try:
            if await self._services.book.reload_if_changed():
                self._seen.clear()
                for look in self._running.values():
                    look.cancel()  # its connections may be closed by now; the next look is at once
        except (InvalidInput, StorageError) as error:
            log.warning("%s", explain(error))


def _now() -> float:
    return asyncio.get_running_loop().time()
