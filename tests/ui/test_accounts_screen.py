"""Accounts by keyboard: nothing is kept that does not work, and what is dangerous says so everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from linktui.config.account import AccountSettings
from linktui.config.loading import load_settings
from linktui.model.call import Rehearsed
from linktui.model.capability import Ability, Account, Connection
from linktui.model.change import Intent
from linktui.model.errors import SecretMissing, Unauthorized, Unavailable
from linktui.model.identity import Identity
from linktui.model.phrases import as_of_text
from linktui.services.account_book import AccountBook
from linktui.services.rehearsal import Rehearsal
from linktui.storage.accounts import Accounts
from linktui.storage.sweeps import Sweeps
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.account import AccountDialog
from linktui.ui.dialogs.choose_account import ChooseAccountDialog
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.requests import RequestsDialog
from linktui.ui.screens.accounts import AccountsScreen
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.header import Header
from tests.fakes import NOON
from tests.ui.program import World, drawn, links_of, program, shown, toasts
from tests.ui.shell import open_house, press, settle
from tests.waiting import soon

LOCAL = AccountSettings(provider="local")


@asynccontextmanager
async def accounts(world: World) -> AsyncIterator[tuple[LinktuiApp, Pilot[None]]]:
    async with program(world, size=(110, 36)) as (app, pilot):
        await press(pilot, "4")
        yield app, pilot


def names(app: LinktuiApp) -> list[str]:
    screen = app.screen
    assert isinstance(screen, AccountsScreen)
    return [account.name for account in screen.list.table.rows]


def header(app: LinktuiApp) -> str:
    return str(app.screen.query_one(Header).render())


def faults(app: LinktuiApp) -> str:
    return " ".join(str(one.render()) for one in app.screen.query(Static) if one.has_class("-shown"))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What was put into the keyring."""
    kept: dict[str, str] = {}

    async def keep(self: AccountBook, name: str, secret: str) -> None:
        kept[name] = secret

    monkeypatch.setattr(AccountBook, "keep_secret", keep)
    give_keyring(monkeypatch, there=True)
    return kept


def give_keyring(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    async def has_keyring(self: AccountBook) -> bool:
        return there

    monkeypatch.setattr(AccountBook, "has_keyring", has_keyring)


class TestAdding:
    async def test_the_form_asks_for_what_each_service_wants(self, world: World) -> None:
        async with accounts(world) as (app, pilot):
            await press(pilot, "n")
            dialog = app.screen
            assert isinstance(dialog, AccountDialog)
            for title in ("Stripe", "Finix", "Digital River", "LiquidFiles"):
                assert title in str(dialog._kind.render())
                keys = {field.key for field in dialog._options.query(Field)}
                assert ("username" in keys) == (title == "Finix")
                dialog._kind.action_step(1)
                await settle(pilot)

    async def test_a_secret_that_was_typed_goes_into_the_keyring_alone(
        self, world: World, kept: dict[str, str]
    ) -> None:
        async with accounts(world) as (app, pilot):
            await press(pilot, "n")
            app.screen.query_one("#name", Input).value = "acme"
            app.screen.query_one("#secret", Input).value = "sk_test_canary"
            await press(pilot, "enter")
            assert names(app) == ["local", "acme"]
        assert kept == {"acme": "sk_test_canary"}
        settings = load_settings(world.house.locations.settings_file).accounts["acme"]
        assert (settings.provider, settings.secret) == ("stripe", "keyring:")
        assert "canary" not in world.house.locations.settings_file.read_text()

    @pytest.mark.parametrize("error", [Unauthorized("no such key"), Unavailable("no answer")])
    async def test_what_does_not_work_is_said_in_the_form_and_not_kept(
        self, world: World, kept: dict[str, str], error: Exception
    ) -> None:
        world.provider.failures["identify"] = [error]  # type: ignore[list-item]  # both are ours
        async with accounts(world) as (app, pilot):
            await press(pilot, "n")
            app.screen.query_one("#name", Input).value = "acme"
            app.screen.query_one("#secret", Input).value = "sk_test_1"
            await press(pilot, "enter")
            assert isinstance(app.screen, AccountDialog)
            assert faults(app)
            assert app.screen.query_one("#name", Input).value == "acme"
            await press(pilot, "escape")
            assert names(app) == ["local"]

    @pytest.mark.parametrize(
        ("name", "secret", "words"),
        [
            ("acme", "", "Secret is missing"),
            ("a b", "x", "cannot be a name"),
            ("local", "x", "there already"),
        ],
    )
    async def test_a_wrong_form_says_what_is_wrong(
        self, world: World, kept: dict[str, str], name: str, secret: str, words: str
    ) -> None:
        async with accounts(world) as (app, pilot):
            await press(pilot, "n")
            app.screen.query_one("#name", Input).value = name
            app.screen.query_one("#secret", Input).value = secret
            await press(pilot, "enter")
            assert words in faults(app)

    async def test_a_machine_without_a_keyring_says_so_in_the_form(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def keep(self: AccountBook, name: str, secret: str) -> None:
            raise SecretMissing("keyring:", "there is no keyring here")

        monkeypatch.setattr(AccountBook, "keep_secret", keep)
        give_keyring(monkeypatch, there=True)  # as it seemed
        async with accounts(world) as (app, pilot):
            await press(pilot, "n")
            app.screen.query_one("#name", Input).value = "acme"
            app.screen.query_one("#secret", Input).value = "x"
            await press(pilot, "enter")
            assert "no keyring" in faults(app)
            await press(pilot, "escape")
            give_keyring(monkeypatch, there=False)
            await press(pilot, "n")
            assert app.screen.query_one("#secret", Input).placeholder == "its name, such as STRIPE_API_KEY"


class TestKeeping:
    async def test_an_account_is_made_the_default_renamed_and_removed(self, world: World) -> None:
        await world.house.services.book.add("work", LOCAL)
        async with accounts(world) as (app, pilot):
            await press(pilot, "G", "m")
            assert world.house.services.accounts.default.name == "work"
            await press(pilot, "r")
            app.screen.query_one("#name", Input).value = "office"
            await press(pilot, "enter")
            assert names(app) == ["local", "office"]
            await press(pilot, "G", "d")
            assert isinstance(app.screen, ConfirmDialog)
            await press(pilot, "enter")
            assert names(app) == ["local", "office"]
            await press(pilot, "d", "y")
            assert names(app) == ["local"]

    async def test_the_embedded_account_is_not_removed(self, world: World) -> None:
        async with accounts(world) as (app, pilot):
            await press(pilot, "d", "y")
            assert names(app) == ["local"]
            assert "always there" in toasts(app)[-1]

    async def test_a_test_says_who_it_is_or_what_is_wrong(self, world: World) -> None:
        world.provider.failures["identify"] = [Unauthorized("no such key")]
        async with accounts(world) as (app, pilot):
            await press(pilot, "t")
            assert "refused the account's secret" in toasts(app)[-1]
            await press(pilot, "t")
            assert toasts(app)[-1] == "It works: somebody, a test account."
            assert "somebody" in str(app.screen.query_one("#facts Static", Static).render())

    async def test_what_another_process_adds_is_in_the_list(self, world: World) -> None:
        async with accounts(world) as (app, _):
            other = open_house(world.house.locations.config.parent, world.provider, world.clock)
            await other.services.book.add("work", LOCAL)
            await other.services.book.remember("work", Identity(who="somebody", live=True))
            await other.close()
            await soon(lambda: names(app) == ["local", "work"] and "LIVE" in header(app), "an account")

    async def test_a_filter_keeps_only_its_rows(self, world: World) -> None:
        await world.house.services.book.add("work", LOCAL)
        async with accounts(world) as (app, pilot):
            await press(pilot, "slash", *"wor", "enter")
            assert names(app) == ["work"]
            await press(pilot, "escape")
            assert names(app) == ["local", "work"]


class TestChoosing:
    async def test_one_account_or_all_are_shown(self, world: World) -> None:
        [here] = await world.seed("here.txt")
        await world.house.services.book.add("work", LOCAL)
        await world.keep(replace(here, account="work", id="l_9", name="there.txt"))
        async with program(world, size=(110, 30)) as (app, pilot):
            assert sorted(shown(app)) == ["here.txt", "there.txt"]
            await press(pilot, "w")
            assert isinstance(app.screen, ChooseAccountDialog)
            await press(pilot, "2")
            assert shown(app) == ["there.txt"]
            assert "work" in header(app)
            assert "of work" in str(links_of(app).border_title)
            await press(pilot, "2", "1", "w", "0")
            assert sorted(shown(app)) == ["here.txt", "there.txt"]

    async def test_a_chosen_account_that_goes_away_shows_all_again(self, world: World) -> None:
        await world.seed("here.txt")
        await world.house.services.book.add("work", LOCAL)
        async with program(world, size=(110, 30)) as (app, pilot):
            await press(pilot, "w", "2")
            assert shown(app) == []
            await press(pilot, "4", "G", "d", "y", "1")
            assert shown(app) == ["here.txt"]


async def change(world: World, **fields: Any) -> Account:
    account = replace(world.house.services.accounts.get("local"), **fields)
    await world.house.services.accounts.replace({"local": account}, default="local")
    return account


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "at"])
async def test_what_is_live_or_unchecked_is_said_on_every_screen(world: World, key: str) -> None:
    await change(world, live=True, connection=Connection(verify=False))
    async with program(world, size=(120, 30)) as (app, pilot):
        await press(pilot, key)
        assert "LIVE" in header(app)
        assert "certificates NOT checked" in header(app)


async def test_what_a_service_lacks_is_said_with_the_time_that_is_left(world: World) -> None:
    missing = {
        Ability.CHANGE_EXPIRY: "Finix changes no link",
        Ability.EXPIRE_NOW: "Finix changes no link",
        Ability.REVOKE: "Finix takes no link back",
        Ability.DELETE_LINK: "Finix deletes no link",
    }
    account = world.house.services.accounts.get("local")
    await change(world, limits=replace(account.limits, missing=MappingProxyType(missing)))
    await world.seed("one.txt")
    async with program(world) as (app, pilot):
        await press(pilot, "x", "X", "d")
        assert [words.partition(".")[0] for words in toasts(app)] == [
            "Not here: Finix changes no link",
            "Not here: Finix changes no link",
            "Not here: Finix takes no link back",
        ]
        assert "It runs out in 3d" in toasts(app)[0]


async def test_an_account_whose_secret_is_gone_is_a_sentence_and_not_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    gone = SecretMissing("env:NO_SUCH_KEY", "NO_SUCH_KEY is not set")
    world.provider.failures["identify"] = [gone]
    async with accounts(world) as (app, pilot):
        await press(pilot, "t")
        assert "env:NO_SUCH_KEY" in toasts(app)[-1]
        assert app.is_running


async def test_a_question_shows_the_requests_of_a_yes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = Rehearsed(
        method="PATCH", url="https://x.test/links/1", headers=(), body='{"expires_at": "now"}'
    )

    async def rehearse(self: Rehearsal, intent: Intent) -> tuple[Rehearsed, ...]:
        return (request,)

    monkeypatch.setattr(Rehearsal, "intent", rehearse)
    await world.seed("one.txt")
    async with program(world, size=(100, 30)) as (app, pilot):
        await press(pilot, "X", "D")
        assert isinstance(app.screen, RequestsDialog)
        assert "PATCH https://x.test/links/1" in "\n".join(drawn(app))
        await press(pilot, "escape")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "n")
        assert "update_link" not in world.provider.calls


async def test_the_top_line_says_how_far_a_first_look_is_and_then_how_old_the_links_are(world: World) -> None:
    sweeps, memory = Sweeps(world.house.database), Accounts(world.house.database)
    state = await sweeps.begin("local", at=NOON)
    await sweeps.save("local", [], state=replace(state, told=12_300), seen=NOON, quietly=False, unsaid=False)
    async with program(world, size=(140, 40)) as (app, pilot):
        assert "local · first look: 12,300 links so far" in header(app)
        await memory.synced("local", at=NOON, cursor="", clock_offset=timedelta(0))
        await sweeps.end("local")
        world.clock.move(days=1)
        await memory.looked("local", at=NOON + timedelta(minutes=7), clock_offset=timedelta(0))
        app.screen.query_one(Header).show()
        assert f"local · as of {as_of_text(NOON + timedelta(minutes=7), world.clock())}" in header(app)
        await memory.failed("local", error="The service does not answer.")
        app.screen.query_one(Header).show()
        assert "local cannot be reached · as of 21 Nov" in header(app)
        await press(pilot, "4")
        facts = str(app.screen.query_one("#facts Static", Static).render())
        assert "All checked" in facts
