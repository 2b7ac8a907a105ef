"""Until when a link's address can be kept good: the point of no return, which is not the same as its end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from linktui.model.capability import Ability, Account
from linktui.model.link import Link


class Saving(StrEnum):
    """Until when a link's end can be moved, as its account's limits say."""

    ALWAYS = "always"
    """Also when it is over."""
    UNTIL_END = "until_end"
    NEW_ADDRESS = "new_address"
    """A later end comes with another address: the present one is lost at its end."""
    NEVER = "never"

    @property
    def words(self) -> str:
        """What is to be said of a link."""
        return _WORDS[self]


_WORDS = {
    Saving.ALWAYS: "can be revived",
    Saving.UNTIL_END: "final at its end",
    Saving.NEW_ADDRESS: "new address only",
    Saving.NEVER: "cannot be saved",
}


def saving_of(account: Account) -> Saving:
    """Return until when the links of an account can be kept good."""
    if account.read_only or not account.limits.can(Ability.CHANGE_EXPIRY):
        return Saving.NEVER
    if account.limits.new_address:
        return Saving.NEW_ADDRESS
    return Saving.ALWAYS if account.limits.can(Ability.REVIVE) else Saving.UNTIL_END


def point_of_no_return(link: Link, saving: Saving) -> datetime | None:
    """Return the last moment at which a link's address can be saved; None where there is none.

    Of a link whose end cannot be moved it is the moment it was made.
    """
    if link.expires_at is None or saving is Saving.ALWAYS:
        return None
    return link.expires_at if saving is Saving.UNTIL_END else link.created_at


def saving_words(link: Link, saving: Saving, now: datetime) -> str:
    """Return what is to be said of one link at `now`; nothing of one that never ends."""
    if link.expires_at is None:
        return ""
    over = link.expires_at <= now
    return "lost" if over and saving is not Saving.ALWAYS else saving.words
