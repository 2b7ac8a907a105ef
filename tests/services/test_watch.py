"""What one process writes, another is told: once for a burst, and only about what changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from linktui.config.locations import Locations
from linktui.model.events import LinksChanged, TransfersChanged
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.storage.accounts import Accounts
from linktui.wiring import build
from tests.fakes import Clock, FakeProvider


async def test_changes_by_another_process_are_told(
    house: House, provider: FakeProvider, clock: Clock, tmp_path: Path
) -> None:
    other = build(Locations.below(tmp_path / "home"), clock=clock, connect_provider=lambda account: provider)
    events = other.services.watch.events()
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    source = tmp_path / "a"
    source.write_text("a")
    [transfer] = await house.services.transfers.enqueue(Order(account="local", paths=(source,)))
    told = await waiting
    assert isinstance(told, TransfersChanged)
    assert [one.id for one in told.transfers] == [transfer.id]

    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    link = provider.seed_link()
    await house.services.links.fetch(link)
    assert isinstance(await waiting, LinksChanged)
    await events.aclose()  # type: ignore[attr-defined]
    await other.close()


async def test_the_first_look_and_the_end_of_a_trouble_are_told(
    house: House, provider: FakeProvider, clock: Clock, tmp_path: Path
) -> None:
    other = build(Locations.below(tmp_path / "home"), clock=clock, connect_provider=lambda account: provider)
    memory = Accounts(house.database)

    async def look() -> None:
        await memory.synced("local", at=clock(), cursor="1", clock_offset=timedelta(0))

    before = other.database.ticks()["links"]
    await look()
    assert other.database.ticks()["links"] == before + 1
    await look()
    assert other.database.ticks()["links"] == before + 1
    await memory.failed("local", error="The service does not answer.")
    await look()
    assert other.database.ticks()["links"] == before + 3
    await other.close()
