"""The local list follows with few calls, a death loses nothing, and what is gone stays for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.errors import Unavailable
from linktui.model.filter import parse_filter
from linktui.model.link import LinkState
from linktui.model.query import LinkQuery
from linktui.services.house import House
from linktui.services.sync import Sync
from linktui.wiring import build
from tests.fakes import NOON, Clock
from tests.services.listing import ROWS, Listing

PAGES = 4
HOUR = timedelta(hours=1)


@pytest.fixture
def service(clock: Clock) -> Listing:
    """A service with four pages of links, an hour between each two."""
    service = Listing(clock)
    for number in range(PAGES * ROWS):
        service.seed_link(id=f"l_{number:02}", created_at=NOON - (number + 1) * HOUR)
    return service


Open = Callable[[], House]


@pytest.fixture
async def open_one(tmp_path: Path, clock: Clock, service: Listing) -> AsyncIterator[Open]:
    """Open the data directory anew, as a daemon does that comes after one that died."""
    opened: list[House] = []

    def act() -> House:
        home = Locations.below(tmp_path / "home")
        opened.append(build(home, clock=clock, connect_provider=lambda account: service))
        limits = service.limits
        object.__setattr__(opened[-1].services.accounts.get("local"), "limits", limits)
        return opened[-1]

    yield act
    for house in opened:
        await house.close()


@pytest.fixture
def listed(open_one: Open) -> House:
    return open_one()


def shown(house: House, text: str = "") -> list[str]:
    query = LinkQuery(filter=parse_filter(text), ended=True)
    return [link.id for link in house.services.links.window(query, offset=0, limit=100)]


def state_of(house: House, link_id: str) -> LinkState:
    [link] = house.services.links.get_many([("local", link_id)])
    return link.state(house.services.clock())


def breaking_off_at(place: str) -> Callable[[str | None], None]:
    """Have the line break at one page, once."""
    breaks = [place]

    def act(cursor: str | None) -> None:
        if breaks and cursor == breaks[0]:
            breaks.clear()
            raise Unavailable("no connection")

    return act


async def swept(sync: Sync, *, share: float = 1.0) -> None:
    await sync.sweep("local", share=lambda: share)


async def test_the_newest_links_are_there_before_the_second_page_is_asked_for(
    listed: House, service: Listing
) -> None:
    told: list[tuple[list[str], int | None]] = []
    service.on_page = lambda cursor: told.append((shown(listed), listed.services.links.told_so_far("local")))
    await swept(listed.services.sync)
    assert told[0] == ([], 0)
    assert told[1] == (["l_00", "l_01", "l_02"], 3)
    assert [count for _, count in told] == [0, 3, 6, 9]
    assert listed.services.links.synced_at("local") == NOON
    assert listed.services.links.told_so_far("local") is None


async def test_a_daemon_that_answers_elsewhere_takes_no_account_for_looked_at(listed: House) -> None:
    await listed.services.sync.forget("local")
    assert listed.services.links.as_of("local") is None


async def test_a_look_takes_one_call_while_nothing_is_new(
    listed: House, service: Listing, clock: Clock
) -> None:
    sync = listed.services.sync
    await sync.look("local")
    assert len(service.asked) == 0  # all is new: the first sweep brings it
    await swept(sync)
    assert len(service.asked) == PAGES
    service.asked.clear()
    clock.move(minutes=5)
    await sync.look("local")
    [(_, wanted)] = service.asked
    assert wanted.created_after is not None
    assert wanted.created_after < NOON
    assert listed.services.links.as_of("local") == NOON + timedelta(minutes=5)


async def test_a_look_brings_all_that_is_new_and_no_page_more(
    listed: House, service: Listing, clock: Clock
) -> None:
    sync = listed.services.sync
    await swept(sync)
    for _ in range(2):
        clock.move(minutes=1)
        for number in range(ROWS * 2):
            service.seed_link(id=f"new_{clock.now:%H%M}_{number}", created_at=clock.now)
        clock.move(minutes=1)
        service.asked.clear()
        await sync.look("local")
        news = [link_id for link_id in service.links if link_id.startswith(f"new_{clock.now:%H}")]
        assert set(news) <= set(shown(listed))
    # Two pages of news, and one that says the rest is known; the span holds a fourth.
    assert len(service.asked) == 3


async def test_a_look_that_broke_off_is_made_up_for(listed: House, service: Listing, clock: Clock) -> None:
    sync = listed.services.sync
    await swept(sync)
    clock.move(minutes=1)
    for number in range(ROWS * 3):
        service.seed_link(id=f"new_{number}", created_at=clock.now)

    service.on_page = breaking_off_at("new_6")
    clock.move(minutes=1)
    await sync.look("local")
    assert "does not answer" in listed.services.links.trouble("local")
    clock.move(minutes=1)
    await sync.look("local")
    assert len(shown(listed, "id:new")) == ROWS * 3
    assert listed.services.links.trouble("local") == ""


async def test_a_sweep_finds_what_was_changed_or_deleted_elsewhere(
    listed: House, service: Listing, clock: Clock
) -> None:
    await swept(listed.services.sync)
    clock.move(hours=1)
    service.links["l_04"] = replace(service.links["l_04"], name="renamed elsewhere")
    del service.links["l_07"]
    await swept(listed.services.sync)
    assert shown(listed, "renamed") == ["l_04"]
    assert state_of(listed, "l_07") is LinkState.GONE
    assert shown(listed, "state:gone") == ["l_07"]
    assert len(shown(listed)) == PAGES * ROWS
    service.seed_link(id="l_07", created_at=NOON - 8 * HOUR)
    await swept(listed.services.sync)
    assert state_of(listed, "l_07") is LinkState.ACTIVE


async def test_what_is_made_while_a_sweep_goes_on_is_not_taken_for_gone(
    listed: House, service: Listing, clock: Clock
) -> None:
    await swept(listed.services.sync)
    clock.move(hours=1)
    service.on_page = breaking_off_at("l_05")
    await swept(listed.services.sync)
    clock.move(minutes=1)
    made = service.seed_link(id="l_new", created_at=clock.now)
    await listed.services.links.fetch(made)
    await swept(listed.services.sync)
    assert service.asked[-1][0] == "l_08"
    assert state_of(listed, "l_new") is LinkState.ACTIVE
    assert shown(listed, "state:gone") == []


async def test_a_sweep_goes_on_where_a_daemon_that_died_left_it(
    open_one: Open, service: Listing, clock: Clock
) -> None:
    await swept(open_one().services.sync)
    clock.move(hours=1)
    del service.links["l_01"]
    service.on_page = breaking_off_at("l_06")
    await swept(open_one().services.sync)
    service.asked.clear()
    third = open_one()
    assert third.services.sync.sweeping("local")
    await swept(third.services.sync)
    assert [cursor for cursor, _ in service.asked] == ["l_06", "l_09"]
    assert shown(third, "state:gone") == ["l_01"]
    assert not third.services.sync.sweeping("local")


async def test_a_place_that_the_service_no_longer_knows_makes_the_sweep_begin_anew(
    listed: House, service: Listing, clock: Clock
) -> None:
    service.on_page = breaking_off_at("l_02")
    await swept(listed.services.sync)
    clock.move(minutes=1)
    del service.links["l_02"]
    await swept(listed.services.sync)
    assert "No such cursor" in listed.services.links.trouble("local")
    await swept(listed.services.sync)
    assert listed.services.links.trouble("local") == ""
    assert state_of(listed, "l_02") is LinkState.GONE


async def test_a_sweep_takes_its_share_as_it_is_at_each_page_and_a_look_the_whole(
    listed: House, service: Listing
) -> None:
    shares = iter([0.5, 0.1, 0.1, 0.02, 0.02])
    await listed.services.sync.sweep("local", share=lambda: next(shares))
    assert service.shares == [0.5, 0.1, 0.1, 0.02]
    await listed.services.sync.look("local")
    assert service.shares[-1] == 1.0


async def test_a_page_that_says_nothing_new_wakes_no_screen(listed: House, service: Listing) -> None:
    await swept(listed.services.sync)
    before = listed.database.ticks()["links"]
    await swept(listed.services.sync)
    assert listed.database.ticks()["links"] == before


async def test_what_is_gone_stays_as_history_for_the_time_that_is_set(
    listed: House, service: Listing, clock: Clock
) -> None:
    sync = listed.services.sync
    await swept(sync)
    clock.move(hours=1)
    del service.links["l_03"]
    await swept(sync)
    clock.move(days=29, hours=23)
    await sync.forget_gone()
    assert shown(listed, "state:gone") == ["l_03"]
    clock.move(hours=2)
    await sync.forget_gone()
    assert shown(listed, "state:gone") == []
    assert len(shown(listed)) == PAGES * ROWS - 1
