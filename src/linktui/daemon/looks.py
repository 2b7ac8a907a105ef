"""When which account is looked at: each by itself, so that a slow service holds up no other."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager

from linktui.model.errors import InvalidInput, StorageError
from linktui.model.wording import explain
from linktui.providers.base import FeedsChanges
from linktui.providers.registry import LOCAL
from linktui.services.house import Services
from linktui.services.sync import Sync
from linktui.storage.accounts import Accounts

LOOK = 0.25
"""Seconds between two looks at whether anything asks for one."""
EVERY_FEED = 60.0
"""Seconds between two looks at an account that tells only what changed."""
EVERY_LISTING = 300.0
"""The same for one whose whole list has to be fetched."""
OWN_FAULT = "linktui met a fault of its own; `linktui daemon logs` has the details."
log = logging.getLogger("linktui.daemon")


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
        self._seen: dict[str, tuple[float, object]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look at an account when it has news, when somebody asks, and every few minutes."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._reload()
                for account in self._services.accounts.all():
                    running = self._running.get(account.name)
                    if (running is None or running.done()) and self._due(account.name):
                        self._running[account.name] = group.create_task(
                            self._look(account.name), name=f"look at {account.name}"
                        )
                await asyncio.sleep(LOOK)

    def _due(self, account: str) -> bool:
        seen = self._seen.get(account)
        if seen is None or seen[1] != self._wanted(account):
            return True
        pause = EVERY_FEED if self._feeds(account) else EVERY_LISTING
        return asyncio.get_running_loop().time() - seen[0] > pause

    def _feeds(self, account: str) -> bool:
        try:
            return isinstance(self._services.accounts.provider(account), FeedsChanges)
        except InvalidInput:  # it cannot be opened, and the look said why
            return False

    def _wanted(self, account: str) -> object:
        """Return what differs once a new look is worth it: what the server has, and who asked when."""
        embedded = self._services.accounts.get(account).provider == LOCAL
        return (self._revision() if embedded else 0, self._memory.asked(account))

    async def _look(self, account: str) -> None:
        wanted = self._wanted(account)
        with self._guard():
            try:
                await self._sync.look(account)
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001 - the fault of one account stops no other
                # Without its words: what a provider fell over may hold a share URL.
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("look at %s: %s\n%s", account, type(error).__name__, where)
                await self._memory.failed(account, error=OWN_FAULT)
        self._seen[account] = (asyncio.get_running_loop().time(), wanted)

    async def _reload(self) -> None:
        """Take accounts that somebody added or changed; a wrong file leaves them as they were."""
        try:
            if await self._services.book.reload_if_changed():
                self._seen.clear()
                for look in self._running.values():
                    look.cancel()  # its connections may be closed by now; the next look is at once
        except (InvalidInput, StorageError) as error:
            log.warning("%s", explain(error))
