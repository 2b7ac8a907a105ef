"""Which providers there are, and how to open one: imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from linktui.model.capability import Account, Limits
from linktui.model.errors import InvalidInput
from linktui.providers.base import Provider
from linktui.providers.local.limits import LIMITS as LOCAL_LIMITS

LOCAL = "local"


def limits_of(provider: str) -> Limits:
    """Return a provider's abilities and limits; raises InvalidInput for an unknown name."""
    if provider == LOCAL:
        return LOCAL_LIMITS
    raise InvalidInput("provider", f"“{provider}” is not known; there is {LOCAL}")


def connect(account: Account, *, server: Path, clock: Callable[[], datetime]) -> Provider:
    """Return an account's provider, not yet connected; raises InvalidInput for an unknown name.

    `server` is where the embedded link server keeps its address and secret.
    """
    if account.provider == LOCAL:
        from linktui.providers.local.provider import LocalProvider

        return LocalProvider.at(server, account=account, clock=clock)
    raise InvalidInput("provider", f"“{account.provider}” is not known; there is {LOCAL}")
