"""What only one service has is asked for by forms that are made from its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability, Limits, Policy
from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, LinkEdit
from linktui.model.option import Option, OptionKind
from linktui.ui.dialogs.edit_link import EditLinkDialog
from linktui.ui.dialogs.new_link import NewLinkDialog
from linktui.ui.dialogs.requests import requests_text
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.option_fields import OptionFields
from tests.ui.program import World, links_of, program
from tests.ui.samples import LIMITS
from tests.ui.shell import press

MODE = Option(key="display_mode", title="Display", kind=OptionKind.CHOICE, choices=("icons", "gallery"))
SIGN_IN = Option(key="require_authentication", title="Sign in", kind=OptionKind.TOGGLE)
PEOPLE = Option(key="recipients", title="For", kind=OptionKind.NAMES, longest=20)
HEADER = Option(key="header", title="Header", kind=OptionKind.LONG_TEXT)
TYPE = Option(key="type", title="Type", required=True, default="OTHER")
CLOSED = Option(key="slow", title="Slow", kind=OptionKind.TOGGLE, missing="not in your group")
ALL = (MODE, SIGN_IN, PEOPLE, HEADER, TYPE, CLOSED)


class Stage(App[None]):
    def __init__(self, options: tuple[Option, ...], values: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._made = partial(OptionFields, options, values)

    def compose(self) -> ComposeResult:
        yield self._made()

    @property
    def fields(self) -> OptionFields:
        return self.query_one(OptionFields)


async def test_what_is_left_alone_is_left_to_the_service() -> None:
    stage = Stage(ALL)
    async with stage.run_test():
        fields = stage.fields
        assert fields.read() == {"type": "OTHER"}
        assert fields.changes() == {"type": "OTHER"}


async def test_what_is_set_is_read_by_its_key() -> None:
    stage = Stage(ALL)
    async with stage.run_test() as pilot:
        fields = stage.fields
        for choice in fields.query(Choice).results():
            if not choice.disabled:
                choice.action_step(1)
        fields.query(Input).first().value = "a@b.c"
        await pilot.pause()
        assert fields.read() == {
            "display_mode": "icons",
            "require_authentication": "yes",
            "recipients": "a@b.c",
            "type": "OTHER",
        }


async def test_only_what_differs_is_a_change() -> None:
    stage = Stage(ALL, {"display_mode": "gallery", "type": "PASSPORT", "header": "<b>Hi</b>"})
    async with stage.run_test():
        fields = stage.fields
        assert fields.changes() == {}
        fields.query(Choice).first(Choice).action_step(-1)
        assert fields.changes() == {"display_mode": "icons"}


@pytest.mark.parametrize(("value", "words"), [("x" * 21, "at most 20"), ("", "")])
async def test_a_wrong_value_is_named(value: str, words: str) -> None:
    stage = Stage((PEOPLE,))
    async with stage.run_test():
        fields = stage.fields
        fields.query(Input).first().value = value
        if words:
            with pytest.raises(InvalidInput, match=words):
                fields.read()
        else:
            assert fields.read() == {}


async def test_another_services_options_take_the_place_and_keep_what_they_share() -> None:
    stage = Stage((PEOPLE, MODE))
    async with stage.run_test() as pilot:
        fields = stage.fields
        fields.query(Input).first().value = "a@b.c"
        await fields.set_options((PEOPLE, TYPE))
        await pilot.pause()
        assert fields.read() == {"recipients": "a@b.c", "type": "OTHER"}


async def limited(world: World, limits: Limits, **fields: Any) -> None:
    world.provider.limits = limits
    account = replace(world.house.services.accounts.get("local"), limits=limits, **fields)
    await world.house.services.accounts.replace({"local": account}, default="local")


async def test_an_edit_sends_only_the_options_that_were_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await limited(world, replace(LIMITS, link_options=(MODE, SIGN_IN)))
    await world.seed("one.txt", options=MappingProxyType({"display_mode": "icons"}))
    edits: list[LinkEdit] = []
    update = world.provider.update_link

    async def note(link: Any, edit: LinkEdit) -> Any:
        edits.append(edit)
        return await update(link, replace(edit, options=KEEP))

    monkeypatch.setattr(world.provider, "update_link", note)
    async with program(world, size=(100, 40)) as (app, pilot):
        await press(pilot, "e")
        assert isinstance(app.screen, EditLinkDialog)
        app.screen.query_one(OptionFields).query(Choice).last(Choice).action_step(1)
        await press(pilot, "enter")
    assert [edit.options for edit in edits] == [{"require_authentication": "yes"}]


async def test_a_new_link_begins_with_what_its_account_usually_gives(world: World) -> None:
    await limited(world, LIMITS, policy=Policy(default_expires="36h"))
    async with program(world, size=(100, 40)) as (app, pilot):
        await press(pilot, "n")
        assert isinstance(app.screen, NewLinkDialog)
        await press(pilot, "enter")
        [link] = links_of(app).table.rows
        assert link.expires_at == world.clock.now + timedelta(hours=36)


async def test_a_long_link_that_nothing_takes_back_is_asked_for_twice(world: World) -> None:
    for_good = (Ability.CHANGE_EXPIRY, Ability.EXPIRE_NOW, Ability.REVOKE, Ability.DELETE_LINK)
    await limited(world, replace(LIMITS, missing=dict.fromkeys(for_good, "it changes no link")))
    async with program(world, size=(100, 40)) as (app, pilot):
        await press(pilot, "n", "enter")
        assert isinstance(app.screen, NewLinkDialog)
        assert "Nothing takes such a link back" in str(app.screen.query_one(".form--fault").render())
        assert not world.provider.links
        await press(pilot, "enter")
        assert len(world.provider.links) == 1


async def test_the_requests_are_shown_before_anything_is_sent(world: World) -> None:
    await world.seed("one.txt")
    async with program(world, size=(100, 40)) as (app, pilot):
        await press(pilot, "e")
        app.screen.query_one("#name", Input).value = "two.txt"
        await press(pilot, "f2")
        # What rehearses is the embedded server's own provider, and that server is not up here.
        assert "daemon is not running" in str(app.screen.query_one(".form--fault").render())
        assert "update_link" not in world.provider.calls


async def test_requests_are_shown_as_they_would_go() -> None:
    request = Rehearsed(
        method="PATCH",
        url="https://x.test/l/[/nope]",
        headers=(("authorization", "…"),),
        body='{"name": "\x1b[2J"}',
    )
    words = requests_text([request]).plain
    assert words.splitlines()[:2] == ["PATCH https://x.test/l/[/nope]", "authorization: …"]
    assert "\x1b" not in words
