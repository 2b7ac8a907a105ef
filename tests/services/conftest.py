"""A house over the fake service, and an engine to run its queue inline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.wiring import build
from tests.fakes import Clock, FakeProvider
from tests.template import begin_with_a_copy


@pytest.fixture(autouse=True)
def _tables_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    begin_with_a_copy(monkeypatch)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> FakeProvider:
    return FakeProvider(clock)


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, provider: FakeProvider) -> AsyncIterator[House]:
    house = build(Locations.below(tmp_path / "home"), clock=clock, connect_provider=lambda account: provider)
    yield house
    await house.close()


@pytest.fixture
def engine(house: House, clock: Clock) -> Engine:
    return Engine(
        database=house.database,
        accounts=house.services.accounts,
        queue=house.services.transfers,
        concurrency=3,
        bandwidth_limit=0,
        clock=clock,
    )
