"""The embedded server in memory, and its provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from linktui.linkserver.app import create_app
from linktui.linkserver.store import Store
from linktui.model.capability import Account
from linktui.providers.context import Context
from linktui.providers.local.address import Address
from linktui.providers.local.limits import LIMITS
from linktui.providers.local.provider import LocalProvider
from tests.fakes import Clock

URL = "http://links.test"
TOKEN = "owner"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def transport(tmp_path: Path, clock: Clock) -> AsyncIterator[httpx.ASGITransport]:
    store = Store.open(tmp_path / "server", clock=clock)
    yield httpx.ASGITransport(create_app(store, token=TOKEN, public_url=URL))
    store.close()


@pytest.fixture
async def provider(transport: httpx.ASGITransport, clock: Clock) -> AsyncIterator[LocalProvider]:
    account = Account(name="local", provider="local", limits=LIMITS)
    provider = LocalProvider(
        Context(account=account, clock=clock, transport=transport), address=lambda: Address(URL, TOKEN)
    )
    yield provider
    await provider.close()


@pytest.fixture
async def stranger(transport: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who was given a link and nothing else."""
    async with httpx.AsyncClient(base_url=URL, transport=transport) as client:
        yield client
