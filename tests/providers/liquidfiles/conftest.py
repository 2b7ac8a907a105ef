"""An appliance of today, and a provider that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from tests.providers.liquidfiles.service import Appliance


@pytest.fixture
def appliance() -> Appliance:
    return Appliance()


@pytest.fixture
def old() -> Appliance:
    return Appliance(old=True)


@pytest.fixture
async def provider(appliance: Appliance) -> AsyncIterator[LiquidFilesProvider]:
    provider = appliance.provider()
    yield provider
    await provider.close()
