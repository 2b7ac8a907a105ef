"""Links at the fake service to be written out, and a runner for what is read back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from linktui.model.change import Intent
from linktui.model.link import Link
from linktui.model.plan import Plan
from linktui.services.house import House
from linktui.services.plan_runner import open_runner
from linktui.storage.links import Links
from tests.fakes import NOON, FakeProvider

Seed = Callable[..., Awaitable[Link]]
Apply = Callable[[Sequence[Intent]], Awaitable[Plan]]


@pytest.fixture(autouse=True)
def _at_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def seed(house: House, provider: FakeProvider) -> Seed:
    async def put(**fields: object) -> Link:
        link = provider.seed_link(**{"expires_at": NOON + timedelta(days=3)} | fields)
        await Links(house.database).save([(link, "{}")], seen=NOON)
        return link

    return put


@pytest.fixture
def apply(house: House) -> Apply:
    async def make(intents: Sequence[Intent]) -> Plan:
        runner = open_runner(house)
        plan = await house.services.plans.make("as text", intents)
        await house.services.plans.apply(plan.id, hold=timedelta(0))
        await asyncio.wait_for(runner.drain(), 20)
        return house.services.plans.get(plan.id)

    return make
