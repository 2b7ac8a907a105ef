"""A Finix, and a provider that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from linktui.providers.finix.provider import FinixProvider
from tests.providers.finix.service import Finix


@pytest.fixture
def finix() -> Finix:
    return Finix()


@pytest.fixture
async def provider(finix: Finix) -> AsyncIterator[FinixProvider]:
    provider = finix.provider()
    yield provider
    await provider.close()
