"""A Stripe, and a provider that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from linktui.providers.stripe.provider import StripeProvider
from tests.providers.stripe.service import Stripe


@pytest.fixture
def stripe() -> Stripe:
    return Stripe()


@pytest.fixture
async def provider(stripe: Stripe) -> AsyncIterator[StripeProvider]:
    provider = stripe.provider()
    yield provider
    await provider.close()
