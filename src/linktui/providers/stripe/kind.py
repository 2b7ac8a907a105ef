"""Stripe as a kind of provider."""

from __future__ import annotations

from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.kind import ProviderKind
from linktui.providers.stripe.limits import LIMITS
from linktui.providers.stripe.settings import BASE_URL, SETTINGS


def _open(context: Context) -> Provider:
    from linktui.providers.stripe.provider import StripeProvider

    return StripeProvider(context)


KIND = ProviderKind(
    title="Stripe",
    limits=LIMITS,
    open=_open,
    base_url=BASE_URL,
    settings=SETTINGS,
    needs="a secret or restricted key",
)
