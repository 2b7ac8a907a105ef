"""What can be done to links of several accounts: by every one of them, or by one at least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from linktui.model.capability import Limits
from linktui.model.link import Link
from linktui.services.accounts import AccountService


def limits_of(accounts: AccountService, links: Iterable[Link]) -> list[Limits]:
    """Return the limits of each account that holds one of the links, the first link's first."""
    return [accounts.limits(name) for name in dict.fromkeys(link.account for link in links)]


def in_common(every: Sequence[Limits]) -> Limits:
    """Return the first limits, less whatever any of the others lack."""
    first, *others = every
    if not others:
        return first
    missing = {ability: reason for one in reversed(every) for ability, reason in one.missing.items()}
    return replace(
        first,
        missing=missing,
        kinds=tuple(kind for kind in first.kinds if all(kind in one.kinds for one in others)),
        link_options=tuple(
            option for option in first.link_options if all(option in one.link_options for one in others)
        ),
    )


def of_any(every: Sequence[Limits]) -> Limits:
    """Return the first limits, lacking only what all of them lack."""
    first, *others = every
    missing = {
        ability: reason
        for ability, reason in first.missing.items()
        if all(ability in one.missing for one in others)
    }
    return replace(first, missing=missing)
