"""Moving links to another account: nothing twice, nothing lost, whoever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.change import ChangeState
from linktui.model.errors import Rejected, Unavailable
from linktui.model.file import File
from linktui.model.link import Link, LinkedFile, LinkSpec
from linktui.model.plan import Plan, PlanState
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.plan_runner import PlanRunner, open_runner
from linktui.storage.links import Links
from linktui.storage.plans import Plans
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider

WEEK = timedelta(days=7)
CONFIG = '[accounts.there]\nprovider = "local"\n'


@pytest.fixture
def here(clock: Clock) -> FakeProvider:
    return FakeProvider(clock)


@pytest.fixture
def there(clock: Clock) -> FakeProvider:
    return FakeProvider(clock, account="there")


@pytest.fixture
async def house(
    tmp_path: Path, clock: Clock, here: FakeProvider, there: FakeProvider
) -> AsyncIterator[House]:
    locations = Locations.below(tmp_path / "home")
    locations.create()
    locations.settings_file.write_text(CONFIG)
    providers = {"local": here, "there": there}
    house = build(locations, clock=clock, connect_provider=lambda account: providers[account.name])
    yield house
    await house.close()


def runner_of(house: House) -> PlanRunner:
    return open_runner(house)


@asynccontextmanager
async def working(house: House, clock: Clock) -> AsyncIterator[None]:
    """Run the upload queue meanwhile, as the daemon does."""
    engine = Engine(
        database=house.database,
        accounts=house.services.accounts,
        queue=house.services.transfers,
        concurrency=2,
        bandwidth_limit=0,
        clock=clock,
    )
    task = asyncio.create_task(engine.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def seed(house: House, here: FakeProvider, *names: str) -> Link:
    for name in names:
        here.files[name] = File(account="local", id=name, name=f"{name}.txt", size=5, created_at=NOON)
        here.data[name] = name.encode().ljust(5, b".")
    files = tuple(LinkedFile(name, f"{name}.txt", 5) for name in names)
    link = here.seed_link(name="pair", files=files, expires_at=NOON + WEEK)
    await Links(house.database).save([(link, "{}")], seen=NOON)
    return link


async def planned(house: House, link: Link, *, end_old: bool = True) -> Plan:
    plans = house.services.plans
    spec = LinkSpec(expires_at=NOON + WEEK)
    plan = await plans.make("move", [plans.planner().moved(link, "there", spec, end_old=end_old)])
    await plans.apply(plan.id, hold=timedelta(0))
    return plan


@pytest.mark.parametrize("names", [("one",), ("one", "two")])
async def test_the_files_go_there_get_one_link_and_the_old_one_ends(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock, names: tuple[str, ...]
) -> None:
    link = await seed(house, here, *names)
    plan = await planned(house, link)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
    [change] = house.services.plans.changes(plan.id)
    assert change.state is ChangeState.DONE
    [new] = there.links.values()
    assert change.after is not None
    assert change.after.id == new.id
    assert [there.data[file.id] for file in new.files] == [here.data[name] for name in names]
    assert here.links[link.id].expires_at == NOON
    assert list(house.locations.spool.iterdir()) == []
    for one in (link, change.after):
        assert [entry.verb for entry in house.services.links.history(one)][-1:] == ["move"]


async def test_the_old_link_stays_when_that_is_wanted(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock
) -> None:
    link = await seed(house, here, "one")
    await planned(house, link, end_old=False)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
    assert here.links[link.id] == link
    assert len(there.links) == 1


async def test_a_move_whose_runner_died_goes_on_and_makes_one_link(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock
) -> None:
    link = await seed(house, here, "one")
    plan = await planned(house, link)
    # The first runner fetches and queues; the queue does not work, so it waits, and dies.
    first = asyncio.create_task(runner_of(house).drain())
    async with asyncio.timeout(60):
        while not house.services.transfers.snapshot():  # noqa: ASYNC110 - it is the database that tells
            await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
    [change] = house.services.plans.changes(plan.id)
    assert change.state is ChangeState.DONE
    assert len(there.links) == 1
    assert here.calls.count("read_file") == 1


async def test_an_upload_that_fails_ends_nothing_and_is_tried_again_on_retry(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock
) -> None:
    link = await seed(house, here, "one")
    plan = await planned(house, link)
    there.failures["begin_upload"] = [Rejected("no room")]
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
        [change] = house.services.plans.changes(plan.id)
        assert change.state is ChangeState.FAILED
        assert "no room" in change.error
        assert here.links[link.id] == link
        await house.services.plans.retry(plan.id)
        await runner_of(house).drain()
    [change] = house.services.plans.changes(plan.id)
    assert change.state is ChangeState.DONE
    assert len(there.links) == 1


async def test_a_move_is_taken_back_whole(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock
) -> None:
    link = await seed(house, here, "one")
    plan = await planned(house, link)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
    undo = await house.services.plans.undo(plan.id)
    await house.services.plans.apply(undo.id, hold=timedelta(0))
    await runner_of(house).drain()
    assert there.links == {}
    assert here.links[link.id].expires_at == link.expires_at


async def test_a_link_without_files_or_to_its_own_account_is_not_moved(
    house: House, here: FakeProvider
) -> None:
    link = await seed(house, here, "one")
    planner = house.services.plans.planner()
    spec = LinkSpec(expires_at=NOON + WEEK)
    assert "already" in planner.moved(link, "local", spec, end_old=True).reason
    empty = replace(link, files=())
    assert "no file" in planner.moved(empty, "there", spec, end_old=True).reason


async def test_a_fetch_that_breaks_off_leaves_nothing_half_and_is_done_again(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.services.making.REST", 0.001)
    link = await seed(house, here, "one")
    here.failures["read_file"] = [Unavailable("the connection broke")]
    plan = await planned(house, link)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
    [change] = house.services.plans.changes(plan.id)
    assert change.state is ChangeState.DONE
    assert [there.data[file.id] for one in there.links.values() for file in one.files] == [b"one.."]


async def test_a_move_is_not_taken_for_done_because_its_old_link_has_ended(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock
) -> None:
    link = await seed(house, here, "one")
    plan = await planned(house, link)
    here.links[link.id] = replace(link, expires_at=NOON)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
    [change] = house.services.plans.changes(plan.id)
    assert change.state is ChangeState.STALE
    assert there.links == {}


async def test_an_old_link_that_somebody_ended_before_dying_is_not_ended_again(
    house: House, here: FakeProvider, there: FakeProvider, clock: Clock
) -> None:
    link = await seed(house, here, "one")
    plan = await planned(house, link)
    [change] = house.services.plans.changes(plan.id)
    async with working(house, clock), asyncio.timeout(60):
        await runner_of(house).drain()
        # As if nothing had been heard of it: the daemon died before it wrote the end down.
        await Plans(house.database).commit([change.id], [], at=NOON)
        await Plans(house.database).set_state(plan.id, PlanState.APPLYING, at=NOON)
        here.failures["update_link"] = [Rejected("it has ended")]
        await runner_of(house).drain()
    [change] = house.services.plans.changes(plan.id)
    assert change.state is ChangeState.DONE
    assert len(there.links) == 1
