"""Links of the fake service in the local database, and the sheets made of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from linktui.model.link import Link, LinkedFile
from linktui.services.house import House
from linktui.services.sheets import Sheets
from linktui.storage.links import Links
from tests.fakes import NOON, FakeProvider

Seed = Callable[..., Awaitable[Link]]


@pytest.fixture
def sheets(house: House) -> Sheets:
    return house.services.sheets


@pytest.fixture
def seed(house: House, provider: FakeProvider) -> Seed:
    """Return a function that puts a link into the service and the local database."""

    async def put(**fields: object) -> Link:
        usual = {
            "expires_at": NOON + timedelta(days=3),
            "files": (LinkedFile("f_1", "report.pdf", 1200),),
        }
        link = provider.seed_link(**usual | fields)
        await Links(house.database).save([(link, "{}")], seen=NOON)
        return link

    return put
