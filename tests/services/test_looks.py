"""A look that goes wrong in any way stops neither the daemon nor the looks at other accounts."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext, suppress

import pytest

from linktui.daemon.looks import ALONE, AWAITED, AWAITED_ALONE, EASY, Looks
from linktui.model.errors import InvalidInput
from linktui.providers.base import Provider
from linktui.services.house import House
from linktui.storage.accounts import Accounts
from tests.fakes import Clock, FakeProvider
from tests.services.listing import Listing


@pytest.fixture
def looks(house: House) -> Looks:
    services, memory = house.services, Accounts(house.database)
    return Looks(services=services, sync=services.sync, memory=memory, revision=lambda: 0, guard=nullcontext)


async def until_trouble(house: House, looks: Looks) -> str:
    """Run the looks until one has failed, and return what is said of it."""
    running = asyncio.create_task(looks.run())
    async with asyncio.timeout(60):
        while not (said := house.services.links.trouble("local")) or looks._due("look", "local"):
            await asyncio.sleep(0)
            assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return said


async def test_a_providers_own_fault_is_said_and_its_words_are_not_logged(
    house: House,
    looks: Looks,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = "https://share.test/canary"

    async def explode(**_: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(provider, "list_changes", explode)
    with caplog.at_level(logging.DEBUG):
        assert "linktui daemon logs" in await until_trouble(house, looks)
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


async def test_an_account_that_cannot_be_opened_is_said(
    house: House, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> Provider:
        raise InvalidInput("provider", "“broken” cannot be opened")

    monkeypatch.setattr(house.services.accounts, "provider", refuse)
    assert "cannot be opened" in await until_trouble(house, looks)


@pytest.fixture
def patient(house: House, looks: Looks, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Looks at a service that only lists, by the clock of the test."""

    def now() -> float:
        return clock.now.timestamp()

    monkeypatch.setattr("linktui.daemon.looks._now", now)
    service = Listing(clock)
    monkeypatch.setattr(house.services.accounts, "provider", lambda name: service)
    limits = service.limits
    object.__setattr__(house.services.accounts.get("local"), "limits", limits)
    return looks


async def did(looks: Looks, clock: Clock, *, seconds: int) -> list[str]:
    """Let time go by in steps of ten seconds, doing what is due, and return what that was."""
    done = []
    for _ in range(seconds // 10):
        for what in ("look", "sweep"):
            if looks._due(what, "local"):
                await looks._do((what, "local"))
                done.append(what)
        clock.move(seconds=10)
    return done


async def test_looks_are_frequent_and_sweeps_rare_and_both_rarer_while_nobody_looks(
    house: House, patient: Looks, clock: Clock
) -> None:
    hour = 3600
    patient._watched = True
    watched = await did(patient, clock, seconds=hour)
    patient._watched = False
    alone = await did(patient, clock, seconds=2 * hour)
    assert watched[:2] == ["look", "sweep"]
    assert (watched.count("look"), watched.count("sweep")) == (90, 12)
    assert (alone.count("look"), alone.count("sweep")) == (23, 2)


async def test_a_face_that_opens_after_long_has_everything_looked_at(
    house: House, patient: Looks, clock: Clock
) -> None:
    await did(patient, clock, seconds=600)
    patient._watched = True
    assert await did(patient, clock, seconds=10) == ["look", "sweep"]


async def test_a_sweep_takes_less_of_the_rate_the_less_it_is_waited_for(
    house: House, patient: Looks, clock: Clock
) -> None:
    shares = []
    for watched in (True, False):
        patient._watched = watched
        shares.append(patient._share("local"))
    await did(patient, clock, seconds=10)
    for watched in (True, False):
        patient._watched = watched
        shares.append(patient._share("local"))
    assert shares == [AWAITED, AWAITED_ALONE, EASY, ALONE]
    await house.services.links.ask_for_refresh()
    assert patient._share("local") == AWAITED_ALONE
    assert await did(patient, clock, seconds=10) == ["look", "sweep"]
