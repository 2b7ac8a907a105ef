"""What a sheet is compared with: the accounts, the links and files as they are now, and the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from linktui.config.settings import DefaultSettings
from linktui.model.capability import Account
from linktui.model.errors import InvalidInput
from linktui.model.file import File
from linktui.model.link import Link
from linktui.model.query import Key
from linktui.services.accounts import AccountService
from linktui.services.planning import Planner
from linktui.services.sheets.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that one reading of a sheet asks for."""

    accounts: AccountService
    planner: Planner
    links: Callable[[Sequence[Key]], list[Link]]
    """The links of some keys, as they are now."""
    file: Callable[[str, str], File | None]
    """A stored file by its account and id."""
    defaults: DefaultSettings
    zone: tzinfo | None = None
    """The reader's; the system's own when None."""
    _fields: dict[str, Fields] = field(default_factory=dict)

    def fields(self, account: str) -> Fields:
        """Return how the cells of an account's links are read."""
        if account not in self._fields:
            now = self.planner.now(account)
            self._fields[account] = Fields(account=self.accounts.get(account), now=now, zone=self.zone)
        return self._fields[account]

    def account(self, name: str) -> Account:
        """Return an account; raises InvalidInput for a name that is not configured."""
        return self.accounts.get(name)

    def stored(self, account: str, file_id: str) -> File:
        """Return a stored file; raises InvalidInput for an id that is none's."""
        found = self.file(account, file_id)
        if found is None:
            raise InvalidInput("file", f"“{file_id}” is no file of {account}; see `linktui files list`")
        return found
