"""What linktui knows of a kind of provider before it opens one: the value of an entry point.

A package of its own offers a service by the entry-point group `linktui.providers`
(https://packaging.python.org/en/latest/specifications/entry-points/): the entry's name is what stands in
`provider = "..."` of an account, its object is a `ProviderKind`. Importing it should cost nothing;
`open` is where the provider's own module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linktui.model.capability import Limits
from linktui.model.option import Option

if TYPE_CHECKING:
    from linktui.providers.base import Provider
    from linktui.providers.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKind:
    """A service that accounts can be at."""

    title: str
    """What people call the service."""
    limits: Limits
    """What it can do; an account may be allowed less, which `Provider.identify` finds out."""
    open: Callable[[Context], Provider]
    """Returns an account's provider, not yet connected."""
    base_url: str = ""
    """The service's own address; empty when each account has to give one."""
    settings: tuple[Option, ...] = ()
    """What an account can or must say besides what every account can."""
    needs: str = "a secret key"
    """What the account's secret is, in words for a form; empty when it has none."""
    secret_else: str = ""
    """What serves an account that names no secret, in words for a form; empty where each has to."""
    limits_by: Callable[[Mapping[str, str]], Limits] | None = None
    """Returns what an account with these settings can do, where that depends on them; raises InvalidInput."""

    def limits_of(self, settings: Mapping[str, str]) -> Limits:
        """Return what an account with these settings can do; raises InvalidInput naming the setting."""
        return self.limits if self.limits_by is None else self.limits_by(settings)
