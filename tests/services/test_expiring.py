"""Which links end soon is asked of the local database alone."""

from __future__ import annotations

from datetime import timedelta

from linktui.model.filter import parse_filter
from linktui.model.saving import Saving
from linktui.services.house import House
from tests.fakes import NOON, Clock, FakeProvider

DAY = timedelta(days=1)


async def test_links_that_end_within_a_time_come_soonest_first(
    house: House, provider: FakeProvider, clock: Clock
) -> None:
    for name, hours in (("later", 23), ("soon", 1), ("over", -1), ("after", 24), ("never", None)):
        ends = None if hours is None else NOON + timedelta(hours=hours)
        await house.services.links.fetch(provider.seed_link(name=name, expires_at=ends))
    calls = len(provider.calls)
    expiring = house.services.expiring
    assert [link.name for link in expiring.within(DAY)] == ["soon", "later"]
    assert expiring.count(DAY) == 2
    assert expiring.count(DAY, kept=parse_filter("name:soon")) == 1
    clock.move(hours=2)
    assert [link.name for link in expiring.within(DAY, limit=1)] == ["later"]
    assert len(provider.calls) == calls
    assert expiring.saving("local") is Saving.ALWAYS
    assert expiring.saving("an account of old") is Saving.NEVER
