"""Which links end soon, and which of those can still be saved afterwards: one answer for every door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from linktui.model.filter import ALL, Filter
from linktui.model.link import Link
from linktui.model.query import LinkQuery, LinkSort
from linktui.model.saving import Saving, saving_of
from linktui.services.accounts import AccountService
from linktui.services.links import LinkService

_ALL = 1 << 40


class Expiring:
    """Looks ahead in the local database; no call is made."""

    def __init__(self, *, links: LinkService, accounts: AccountService) -> None:
        self._links = links
        self._accounts = accounts

    def query(self, within: timedelta, *, account: str | None = None, kept: Filter = ALL) -> LinkQuery:
        """Return the query for links that are alive now and end within a time, the soonest first."""
        return LinkQuery(
            filter=kept,
            account=account,
            ends_before=self._links.clock() + within,
            sort=LinkSort.EXPIRES,
            descending=False,
        )

    def within(
        self, length: timedelta, *, account: str | None = None, kept: Filter = ALL, limit: int = _ALL
    ) -> Sequence[Link]:
        """Return the links that are alive now and end within a time, the soonest first."""
        return self._links.window(self.query(length, account=account, kept=kept), offset=0, limit=limit)

    def count(self, length: timedelta, *, account: str | None = None, kept: Filter = ALL) -> int:
        """Return how many there are."""
        return self._links.listing(self.query(length, account=account, kept=kept)).count()

    def not_lasting(self) -> tuple[str, ...]:
        """Return the accounts whose links cannot always be saved."""
        every = (account.name for account in self._accounts.all())
        return tuple(name for name in every if self.saving(name) is not Saving.ALWAYS)

    def saving(self, account: str) -> Saving:
        """Return until when the links of an account can be kept good; never, once it is not configured."""
        return saving_of(self._accounts.get(account)) if self._accounts.knows(account) else Saving.NEVER
