"""Finix as a kind of provider."""

from __future__ import annotations

from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.finix.limits import LIMITS
from linktui.providers.finix.settings import BASE_URL, SETTINGS
from linktui.providers.kind import ProviderKind


def _open(context: Context) -> Provider:
    from linktui.providers.finix.provider import FinixProvider

    return FinixProvider(context)


KIND = ProviderKind(
    title="Finix",
    limits=LIMITS,
    open=_open,
    base_url=BASE_URL,
    settings=SETTINGS,
    needs="the user's password",
)
