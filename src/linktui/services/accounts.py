"""The accounts there are, and a provider for each, opened when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability, Account, Limits
from linktui.model.errors import InvalidInput
from linktui.providers.base import Provider

Rehearse = Callable[[Account, list[Rehearsed]], Provider]
_NOTHING = Limits(
    missing=dict.fromkeys(Ability, "its account is not configured any more; add it again by the same name")
)


class AccountService:
    """All accounts by name."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        *,
        default: str,
        connect: Callable[[Account], Provider],
        rehearse: Rehearse,
        with_secret: Callable[[Account, str], Provider],
    ) -> None:
        """`rehearse` returns a provider that puts its writes into the list it is given instead of sending."""
        self._accounts = dict(accounts)
        self._default = default
        self._connect = connect
        self._rehearse = rehearse
        self._with_secret = with_secret
        self._providers: dict[str, Provider] = {}

    def all(self) -> tuple[Account, ...]:
        """Return every account, in the order of the configuration."""
        return tuple(self._accounts.values())

    @property
    def default(self) -> Account:
        """The account that a new link goes to unless another is named."""
        return self._accounts[self._default]

    def knows(self, name: str) -> bool:
        """Tell whether an account of that name is configured."""
        return name in self._accounts

    def get(self, name: str) -> Account:
        """Return one account; raises InvalidInput for a name that is not configured."""
        try:
            return self._accounts[name]
        except KeyError as error:
            known = ", ".join(self._accounts)
            raise InvalidInput("account", f"“{name}” is not configured; there is {known}") from error

    def limits(self, name: str) -> Limits:
        """Return what an account can do: nothing, where it was taken out of the configuration by hand."""
        return self._accounts[name].limits if self.knows(name) else _NOTHING

    def is_live(self, name: str) -> bool:
        """Tell whether real people may use an account's links, as far as is known."""
        return self.knows(name) and bool(self._accounts[name].live)

    def provider(self, name: str) -> Provider:
        """Return the provider of an account, the same one each time."""
        if name not in self._providers:
            self._providers[name] = self._connect(self.get(name))
        return self._providers[name]

    def open(self, account: Account, *, secret: str = "") -> Provider:
        """Return a provider of its own for an account that need not be configured; close it when done.

        `secret` is taken instead of what the account's own place holds.
        """
        return self._with_secret(account, secret) if secret else self._connect(account)

    def rehearsal(self, name: str, requests: list[Rehearsed]) -> Provider:
        """Return a provider that reads as usual and puts its writes into `requests`, unsent."""
        return self._rehearse(self.get(name), requests)

    async def replace(self, accounts: Mapping[str, Account], *, default: str) -> None:
        """Take other accounts; a provider stays open if its account is the same as before."""
        before, self._accounts, self._default = self._accounts, dict(accounts), default
        for name in [name for name in self._providers if before.get(name) != accounts.get(name)]:
            await self._providers.pop(name).close()

    async def close(self) -> None:
        """Let go of every connection."""
        while self._providers:
            _, provider = self._providers.popitem()
            await provider.close()
