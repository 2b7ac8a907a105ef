"""The accounts whose links this machine's own link server answers for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from linktui.model.capability import HERE, Account
from linktui.model.errors import InvalidInput
from linktui.providers.base import Provider
from linktui.providers.served import KeepsServedLinks
from linktui.services.accounts import AccountService


class Keepers:
    """Opens each of them when somebody first comes, and follows what the configuration says by then."""

    def __init__(self, accounts: AccountService, connect: Callable[[Account], Provider]) -> None:
        """`connect` opens an account anew, as strangers' calls are not to wait for its owner's."""
        self._accounts = accounts
        self._connect = connect
        self._opened: dict[str, tuple[Account, Provider]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def __call__(self) -> list[KeepsServedLinks]:
        """Return where the links are kept, account by account."""
        wanted = {one.name: one for one in self._accounts.all() if one.limits.links_at == HERE}
        for name, (account, provider) in tuple(self._opened.items()):
            if wanted.get(name) != account:
                del self._opened[name]
                task = asyncio.create_task(provider.close(), name="close an account")
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
        for name, account in wanted.items():
            if name not in self._opened:
                with suppress(InvalidInput):  # it cannot be opened, and the look says why
                    self._opened[name] = (account, self._connect(account))
        providers = [provider for _, provider in self._opened.values()]
        return [one for one in providers if isinstance(one, KeepsServedLinks)]

    async def close(self) -> None:
        """Let go of every connection."""
        while self._opened:
            _, (_, provider) = self._opened.popitem()
            await provider.close()
        await asyncio.gather(*self._closing)
