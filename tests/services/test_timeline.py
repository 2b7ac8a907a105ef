"""What the timeline counts is what the list shows by the filter of each piece."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.filter import ALL, Filter, parse_filter
from linktui.model.link import LinkState
from linktui.model.query import LinkQuery
from linktui.services.house import House
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider

ENDS = (-30, -3, -1, 0.5, 0.9, 1, 5, 14, 30, 60, 24 * 5, 24 * 9, 24 * 20, 24 * 45, 24 * 400, None)
"""Hours from now in which links end, more or less everywhere."""


@pytest.fixture
async def full(
    tmp_path: Path, clock: Clock, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> House:
    home = Locations.below(tmp_path / "home")
    home.create()
    home.settings_file.write_text('[accounts.pay]\nprovider = "stripe"\nsecret = "env:X"\n')
    house = build(home, clock=clock, connect_provider=lambda account: provider)
    for number, hours in enumerate(ENDS * 2):
        ends = None if hours is None else NOON + timedelta(hours=hours, seconds=number)
        await house.services.links.fetch(
            provider.seed_link(
                name=f"{number}",
                expires_at=ends,
                account="pay" if number % 3 == 0 else "local",
                download_limit=1 if number == 5 else None,
                downloads=1,
            )
        )
    return house


@pytest.mark.parametrize("kept", [ALL, parse_filter("-name:4")])
@pytest.mark.parametrize("account", [None, "pay"])
async def test_each_piece_has_as_many_links_as_its_filter_finds(
    full: House, kept: Filter, account: str | None
) -> None:
    services = full.services
    timeline = await services.timeline.look(LinkQuery(filter=kept, account=account), first=2)
    for stretch in timeline.stretches:
        found = services.links.window(
            LinkQuery(filter=kept.also(parse_filter(stretch.span.filter)), account=account),
            offset=0,
            limit=100,
        )
        assert stretch.number == len(found), stretch
        if stretch.span.begins is not None:
            pay = sum(link.account == "pay" for link in found)
            assert stretch.final == (0 if stretch.span.is_past else pay), stretch
            found.sort(key=lambda link: link.expires_at or NOON, reverse=stretch.span.is_past)
            assert stretch.first == tuple(found[:2])
    alive = services.links.counts(LinkQuery(filter=kept, account=account)).shown
    assert sum(stretch.number for stretch in timeline.stretches[1:]) == alive > 7
    await full.close()


async def test_the_picture_counts_every_end_of_the_next_day_and_weeks(full: House) -> None:
    timeline = await full.services.timeline.look(LinkQuery(), first=0)
    alive = full.services.links.window(LinkQuery(), offset=0, limit=100)
    assert all(link.state(NOON) in {LinkState.ACTIVE, LinkState.EXPIRING} for link in alive)
    for density in (timeline.by_hour, timeline.by_day):
        begins, ends = density.moments[0], density.moments[-1]
        within = [link for link in alive if link.expires_at and begins <= link.expires_at < ends]
        assert sum(density.numbers) == len(within) > 4
        assert len(density.numbers) == len(density.moments) - 1
    assert timeline.by_hour.numbers[:2] == (4, 1)
    await full.close()
