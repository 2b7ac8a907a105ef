"""A rehearsal shows the requests an act would send, and sends none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linktui.model.call import Rehearsed
from linktui.model.capability import Account
from linktui.model.errors import InvalidInput, NotFound
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec
from linktui.providers.base import Provider, Told
from linktui.services.accounts import AccountService
from linktui.services.house import House
from linktui.services.rehearsal import Rehearsal
from tests.fakes import Clock, FakeProvider

REQUEST = Rehearsed(method="PATCH", url="http://x/l/1", headers=(), body="{}")


class Rehearsing(FakeProvider):
    """Puts its writes into the list, and then has no answer to go on with."""

    def __init__(self, clock: Clock, requests: list[Rehearsed]) -> None:
        super().__init__(clock)
        self.requests = requests

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        self.requests.append(REQUEST)
        raise NotFound("no answer to a write that was not sent")

    async def revoke_link(self, link_id: str) -> Told:
        raise NotFound("it is gone")


@pytest.fixture
def rehearsal(house: House, provider: FakeProvider, clock: Clock) -> Rehearsal:
    def rehearse(account: Account, requests: list[Rehearsed]) -> Provider:
        return Rehearsing(clock, requests)

    accounts = AccountService(
        {account.name: account for account in house.services.accounts.all()},
        default="local",
        connect=lambda account: provider,
        rehearse=rehearse,
        with_secret=lambda account, secret: provider,
    )
    return Rehearsal(accounts=accounts, links=house.services.links)


async def test_what_would_be_sent_is_shown_and_nothing_is_kept(
    house: House, rehearsal: Rehearsal, provider: FakeProvider
) -> None:
    link = provider.seed_link()
    shown = await rehearsal.edit(link, LinkEdit(name="new"))
    assert shown == (REQUEST,)
    assert "update_link" not in provider.calls
    assert house.services.links.history(link) == []


async def test_an_act_that_would_be_refused_is_refused(rehearsal: Rehearsal, provider: FakeProvider) -> None:
    with pytest.raises(InvalidInput):
        await rehearsal.create("local", (), LinkSpec(kind=LinkKind.DOWNLOAD))
    with pytest.raises(NotFound, match="gone"):
        await rehearsal.revoke(replace(provider.seed_link(), expires_at=provider.clock() + timedelta(days=1)))
