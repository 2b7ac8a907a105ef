"""A sweep brings all links of any service into the list, and finds what was changed or deleted there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linktui.model.capability import Ability
from linktui.model.link import Link, LinkEdit, LinkState
from linktui.model.query import LinkQuery
from linktui.providers.base import DeletesLinks, Provider, UpdatesLinks
from linktui.services.sweep import Sweep
from linktui.storage.accounts import Accounts
from linktui.storage.database import Database
from linktui.storage.links import Links
from linktui.storage.sweeps import Sweeps
from tests.conformance.acts import needs, shared
from tests.conformance.conftest import Far


class Mirror:
    """A local list of one far account's links."""

    def __init__(self, far: Far, provider: Provider, database: Database) -> None:
        self._far = far
        self._provider = provider
        self._database = database
        self._links = Links(database)

    async def sweep(self) -> dict[str, Link]:
        """Go through everything, and return the links as they are known then."""
        name, clock = self._far.account.name, self._far.clock
        await Sweep(
            name,
            self._provider,
            sweeps=Sweeps(self._database),
            memory=Accounts(self._database),
            share=lambda: 1.0,
            clock=clock,
        ).run()
        rows = self._links.window(LinkQuery(ended=True), now=clock(), offset=0, limit=100)
        return {link.id: link for link in rows}


@pytest.fixture
async def mirror(far: Far, provider: Provider, tmp_path: Path) -> AsyncIterator[Mirror]:
    database = Database(tmp_path / "linktui.db")
    yield Mirror(far, provider, database)
    database.close()


async def test_a_sweep_brings_every_link(far: Far, provider: Provider, mirror: Mirror) -> None:
    made = {(await shared(far, provider)).id for _ in range(3)}
    assert set(await mirror.sweep()) == made


async def test_a_sweep_finds_what_was_deleted(far: Far, provider: Provider, mirror: Mirror) -> None:
    needs(provider, Ability.DELETE_LINK)
    assert isinstance(provider, DeletesLinks)
    kept, gone = await shared(far, provider), await shared(far, provider)
    await mirror.sweep()
    far.clock.move(minutes=1)
    await provider.delete_link(gone.id)
    known = await mirror.sweep()
    assert known[gone.id].state(far.clock()) is LinkState.GONE
    assert known[kept.id].state(far.clock()).alive


async def test_a_sweep_finds_what_was_changed(far: Far, provider: Provider, mirror: Mirror) -> None:
    needs(provider, Ability.CHANGE_EXPIRY)
    assert isinstance(provider, UpdatesLinks)
    link = await shared(far, provider, days=3)
    await mirror.sweep()
    changed = await provider.update_link(link, LinkEdit(expires_at=(await shared(far, provider)).expires_at))
    known = await mirror.sweep()
    assert known[link.id].expires_at == changed.link.expires_at != link.expires_at
