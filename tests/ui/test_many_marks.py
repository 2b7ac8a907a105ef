"""Acts on more marked links than are looked at before a dialog, and on links that none of them suits."""

from __future__ import annotations

import pytest

from linktui.model.change import ChangeState
from linktui.model.link import Link
from linktui.services.links import LinkService
from linktui.ui.screens.links import LinksScreen
from tests.ui.acting import add_account, changes_of, plan_shown, seed_at
from tests.ui.program import World, program, toasts
from tests.ui.shell import press


@pytest.mark.parametrize("key", ["x", "d", "t", "e"])
async def test_a_dialog_about_many_links_opens_before_they_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    await world.seed(*(f"{number}.pdf" for number in range(500)))
    async with program(world) as (app, pilot):
        await press(pilot, "a")
        read: list[int] = []
        whole = LinkService.by_numbers

        def by_numbers(self: LinkService, numbers: list[int]) -> list[Link]:
            read.append(len(numbers))
            return whole(self, numbers)

        monkeypatch.setattr(LinkService, "by_numbers", by_numbers)
        await press(pilot, key)
        assert app.screen.is_modal
        assert max(read) <= 200


async def test_every_marked_link_is_in_the_plan_however_few_were_looked_at_before(world: World) -> None:
    await world.seed(*(f"{number}.pdf" for number in range(250)))
    async with program(world) as (app, pilot):
        await press(pilot, "a", "d", "r")
        plan = await plan_shown(app, pilot)
        assert plan.title == "revoke 250 links"
        assert plan.size == 250


async def test_what_only_a_link_beyond_those_looked_at_can_is_offered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.ui.screens.links.MOST_LOOKED_AT", 2)
    await add_account(world, "shop", "stripe")
    await seed_at(world, "shop", "one", "two")
    await world.seed("three")
    async with program(world) as (app, pilot):
        await press(pilot, "comma", "a", "d", "r")
        plan = await plan_shown(app, pilot)
        able = [change.name for change in changes_of(world, plan) if change.state is ChangeState.PLANNED]
        assert able == ["three"]


@pytest.mark.parametrize("key", ["x", "X", "t"])
async def test_what_none_of_several_links_can_is_said_at_the_key(world: World, key: str) -> None:
    await add_account(world, "acme", "finix")
    await seed_at(world, "acme", "one", "two")
    async with program(world) as (app, pilot):
        await press(pilot, "a", key)
        assert toasts(app)[0].startswith("Not here: ")
        assert isinstance(app.screen, LinksScreen)
        assert world.house.services.plans.all() == []


@pytest.mark.parametrize("key", ["y", "Y", "own"])
async def test_more_links_than_can_be_read_at_once_are_neither_copied_nor_handed_on(
    world: World, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("linktui.ui.screens.link_screen.MOST_READ", 2)
    await world.seed("one", "two", "three")
    async with program(world) as (app, pilot):
        await press(pilot, "a")
        assert isinstance(app.screen, LinksScreen)
        if key == "own":
            app.screen.action_own_command("any")
            await pilot.pause()
        else:
            await press(pilot, key)
        assert toasts(app)[0].startswith("Too many for ")
        assert isinstance(app.screen, LinksScreen)
