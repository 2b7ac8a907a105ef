"""Whether somebody opens linktui who has nothing in it yet, and did not say that this is known."""

from __future__ import annotations

from linktui.services.accounts import AccountService
from linktui.services.links import LinkService
from linktui.storage.choices import Choices

CHOICE = "first_minute"


class FirstMinute:
    """The first minute lasts until there is a link or an account, or somebody ends it."""

    def __init__(self, *, links: LinkService, accounts: AccountService, choices: Choices) -> None:
        self._links = links
        self._accounts = accounts
        self._choices = choices

    def lasts(self) -> bool:
        """Tell whether it lasts; where there are links, that takes one look at one row."""
        nothing = self._links.total(most=0) == 0 and len(self._accounts.all()) <= 1
        return nothing and self._choices.get(CHOICE) is None

    async def end(self) -> None:
        """End it for good."""
        await self._choices.set(CHOICE, "over")
