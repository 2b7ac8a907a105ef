"""The daemon's link server answers for the accounts that say so, as the configuration has them by then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linktui.daemon.keepers import Keepers
from linktui.model.capability import HERE, Account
from linktui.model.errors import DaemonNotRunning, InvalidInput
from linktui.providers.base import Provider
from linktui.providers.here import PUBLIC_FILE, LinksAt
from linktui.providers.local.limits import LIMITS
from linktui.providers.served import Form, Served
from linktui.services.accounts import AccountService
from tests.fakes import Clock, FakeProvider


class Keeper(FakeProvider):
    async def find_served(self, slug: str) -> Served | None:
        return None

    async def hand_out(self, link_id: str, *, inline: bool) -> str:
        return ""

    async def form_for(self, link_id: str, *, back: str) -> Form:
        return Form(action="", fields={}, largest=0)


def account(name: str, place: str, *, read_only: bool = False) -> Account:
    return Account(name=name, provider=name, limits=replace(LIMITS, links_at=place), read_only=read_only)


async def test_an_account_is_opened_once_and_closed_when_it_is_another() -> None:
    opened: list[Keeper] = []

    def connect(account: Account) -> Provider:
        if account.name == "broken":
            raise InvalidInput("provider", "needs what is not here")
        opened.append(Keeper(Clock(), account=account.name))
        return opened[-1]

    told = [account("here", HERE), account("away", "https://links.test"), account("broken", HERE)]
    accounts = AccountService(
        {one.name: one for one in told},
        default="here",
        connect=connect,
        rehearse=lambda account, requests: connect(account),
        with_secret=lambda account, secret: connect(account),
    )
    keepers = Keepers(accounts, connect)
    assert keepers() == keepers() == opened
    assert [one.account for one in opened] == ["here"]
    await accounts.replace({"here": account("here", HERE, read_only=True)}, default="here")
    assert keepers() == [opened[1]]
    await keepers.close()
    assert [one.closed for one in opened] == [True, True]
    assert keepers() == [opened[2]]


def test_where_this_machine_answers_is_what_its_daemon_wrote_down(tmp_path: Path) -> None:
    place = LinksAt(HERE, tmp_path)
    with pytest.raises(DaemonNotRunning):
        place.url()
    (tmp_path / PUBLIC_FILE).write_text("https://files.example.org")
    assert place.url() == "https://files.example.org"
    assert not LinksAt("", tmp_path)
