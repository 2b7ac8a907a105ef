"""A Digital River, and a provider that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from linktui.providers.digitalriver.provider import DigitalRiverProvider
from tests.providers.digitalriver.service import DigitalRiver


@pytest.fixture
def river() -> DigitalRiver:
    return DigitalRiver()


@pytest.fixture
async def provider(river: DigitalRiver) -> AsyncIterator[DigitalRiverProvider]:
    provider = river.provider()
    yield provider
    await provider.close()
