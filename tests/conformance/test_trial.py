"""The trial that anyone can run on an account of their own passes on every provider of ours."""

from __future__ import annotations

import pytest

from linktui.model.errors import Unavailable
from linktui.providers.base import Provider
from linktui.providers.registry import OURS
from linktui.services.conformance import Trial, Verdict
from tests.conformance.acts import all_links
from tests.conformance.conftest import ALL, Far
from tests.fakes import Clock, FakeProvider


@pytest.mark.parametrize("far", [*OURS, ALL], indirect=True)
async def test_everything_claimed_works_and_is_taken_away_again(far: Far, provider: Provider) -> None:
    outcomes = [outcome async for outcome in Trial(provider, clock=far.clock, options=far.said).run()]
    assert [outcome for outcome in outcomes if outcome.verdict is Verdict.FAILED] == []
    assert {outcome.check for outcome in outcomes if outcome.verdict is Verdict.OK} >= {
        "a file arrives",
        "a link is as it was asked for",
        "what is not there is not found",
    }
    far.clock.move(seconds=3)
    alive = [link for link in await all_links(provider) if link.state(far.clock()).alive]
    assert far.name == "finix" or {link.kind.value for link in alive} <= {"upload"}


async def test_what_does_not_work_is_told_and_the_rest_is_tried(clock: Clock) -> None:
    provider = FakeProvider(clock)
    provider.failures["create_link"] = [Unavailable("no answer")]
    outcomes = {outcome.check: outcome async for outcome in Trial(provider, clock=clock).run()}
    assert outcomes["a link is as it was asked for"].verdict is Verdict.FAILED
    assert "does not answer" in outcomes["a link is as it was asked for"].detail
    assert outcomes["the link is listed"].verdict is Verdict.FAILED
    assert outcomes["the file is deleted"].verdict is Verdict.OK
