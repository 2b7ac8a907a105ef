"""A look that goes wrong in any way stops neither the daemon nor the looks at other accounts."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext, suppress

import pytest

from linktui.daemon.looks import Looks
from linktui.model.errors import InvalidInput
from linktui.providers.base import Provider
from linktui.services.house import House
from linktui.storage.accounts import Accounts
from tests.fakes import FakeProvider


@pytest.fixture
def looks(house: House) -> Looks:
    services, memory = house.services, Accounts(house.database)
    return Looks(services=services, sync=services.sync, memory=memory, revision=lambda: 0, guard=nullcontext)


async def until_trouble(house: House, looks: Looks) -> str:
    """Run the looks until one has failed, and return what is said of it."""
    running = asyncio.create_task(looks.run())
    async with asyncio.timeout(60):
        while not (said := house.services.links.trouble("local")) or looks._due("local"):
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
