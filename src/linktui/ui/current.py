"""Which account the screens are about: one of them, or all."""

from __future__ import annotations

from linktui.model.capability import Account
from linktui.services.accounts import AccountService


class CurrentAccount:
    """The choice that all screens share; `name` is None for all accounts."""

    def __init__(self) -> None:
        self.name: str | None = None

    def shown(self, accounts: AccountService) -> tuple[Account, ...]:
        """Return the accounts that are shown; all of them when the one chosen is no longer there."""
        everyone = accounts.all()
        return tuple(account for account in everyone if account.name == self.name) or everyone

    def first(self, accounts: AccountService) -> Account:
        """Return the account that something new goes to unless another is said."""
        shown = self.shown(accounts)
        return shown[0] if self.name is not None and len(shown) == 1 else accounts.default

    def ordered(self, accounts: AccountService) -> tuple[Account, ...]:
        """Return every account, the one that something new goes to first."""
        first = self.first(accounts)
        return (first, *(account for account in accounts.all() if account.name != first.name))
