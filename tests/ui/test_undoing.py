"""What was done is taken back with one key, and what cannot be waits where one key stops it."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from linktui.config.account import AccountSettings
from linktui.model.change import ChangeState, Verb
from linktui.model.errors import Rejected, Unauthorized
from linktui.model.identity import Identity
from linktui.model.link import LinkEdit
from linktui.model.plan import Plan, PlanState
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.type_number import TypeNumberDialog
from linktui.ui.messages import OpenPlan
from linktui.ui.screens.history import HistoryScreen
from linktui.ui.screens.plan import PlanScreen
from linktui.ui.widgets.header import Header
from linktui.ui.widgets.pending import PendingStrip
from tests.fakes import NOON
from tests.ui.plans import drain, longer, revoking
from tests.ui.program import DAY, World, drawn, program, toasts
from tests.ui.samples import HOSTILE
from tests.ui.shell import press, settle


def plan_of(app: LinktuiApp) -> Plan:
    """Return the plan whose screen is open."""
    assert isinstance(app.screen, PlanScreen)
    return app.screen.plan


def history_of(app: LinktuiApp) -> HistoryScreen:
    assert isinstance(app.screen, HistoryScreen)
    return app.screen


async def follow(world: World, app: LinktuiApp, pilot: Pilot[None]) -> None:
    """Have the daemon work, and the program hear of it."""
    await drain(world)
    app._undoing.follow()
    await settle(pilot)


@pytest.mark.parametrize("screen", ["1", "enter"])
@pytest.mark.parametrize("undo", ["u", "z"])
@pytest.mark.parametrize("redo", ["U", "Z"])
async def test_a_single_change_is_undone_and_redone_at_once_and_named(
    world: World, screen: str, undo: str, redo: str
) -> None:
    [link] = await world.seed("report.pdf")
    await world.house.services.links.edit(link, LinkEdit(expires_at=NOON + 9 * DAY))
    async with program(world) as (app, pilot):
        await press(pilot, screen, undo)
        await follow(world, app, pilot)
        assert world.link(link.id).expires_at == NOON + 3 * DAY
        assert toasts(app)[-1] == "Undone: “report.pdf” ends Tue 24 Nov 12:00 again."
        await press(pilot, redo)
        await follow(world, app, pilot)
        assert world.link(link.id).expires_at == NOON + 9 * DAY
        assert toasts(app)[-1] == "Redone: “report.pdf” ends Mon 30 Nov 12:00 again."


async def test_nothing_to_undo_says_so(world: World) -> None:
    async with program(world) as (app, pilot):
        await press(pilot, "u", "U")
        assert toasts(app)[0] == "There is nothing to undo."
        assert toasts(app)[1].startswith("There is nothing to redo")


async def test_two_undos_in_a_row_take_back_two_changes_of_one_link(world: World) -> None:
    [link] = await world.seed("report.pdf")
    links = world.house.services.links
    await links.edit(link, LinkEdit(expires_at=NOON + 9 * DAY))
    latest = links.get("local", link.id)
    assert latest is not None
    await links.edit(latest, LinkEdit(expires_at=NOON + 20 * DAY))
    async with program(world) as (app, pilot):
        await press(pilot, "u", "u")
        await follow(world, app, pilot)
        await follow(world, app, pilot)
        assert world.link(link.id).expires_at == NOON + 3 * DAY
        assert len(toasts(app)) == 2


async def test_an_undo_that_takes_long_says_that_it_is_under_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.ui.undoing.SLOW", 0.001)
    [link] = await world.seed("report.pdf")
    await world.house.services.links.edit(link, LinkEdit(download_limit=5))
    async with program(world) as (app, pilot):
        await press(pilot, "u")
        while not toasts(app):
            await pilot.pause()
        assert toasts(app) == ["Undo under way: “report.pdf”: limit 5 → –."]


async def test_an_undo_that_fails_says_why_and_where_it_can_be_retried(world: World) -> None:
    [link] = await world.seed("report.pdf")
    await world.house.services.links.edit(link, LinkEdit(download_limit=5))
    world.provider.failures["update_link"] = [Rejected("[/nope] not today")]
    async with program(world) as (app, pilot):
        await press(pilot, "u")
        await follow(world, app, pilot)
        assert toasts(app) == ["Not undone: “report.pdf”. [/nope] not today. (plan 2; H shows it)"]


async def test_an_undo_that_the_account_s_secret_stops_says_so(world: World) -> None:
    [link] = await world.seed("report.pdf")
    await world.house.services.links.edit(link, LinkEdit(download_limit=5))
    world.provider.failures["update_link"] = [Unauthorized()]
    async with program(world) as (app, pilot):
        await press(pilot, "u")
        await follow(world, app, pilot)
        assert toasts(app)[0].startswith("Not undone: “report.pdf”. local: The service refused")


async def test_what_nothing_takes_back_stays_and_the_history_is_named(world: World) -> None:
    [link] = await world.seed("report.pdf")
    await world.house.services.links.revoke(link)
    async with program(world) as (app, pilot):
        await press(pilot, "u")
        assert toasts(app) == [
            "“report.pdf” is revoked already. Nothing takes this back. H shows what else can be undone."
        ]
        assert world.house.services.plans.number() == 1


async def test_an_undo_of_several_changes_is_shown_first(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf"))
    await world.house.services.plans.apply(plan.id)
    await drain(world)
    async with program(world) as (app, pilot):
        await press(pilot, "u")
        assert plan_of(app).state is PlanState.DRAFT
        assert plan_of(app).undo_of == plan.id


async def test_a_redo_that_ends_a_link_of_a_live_account_is_shown_first(world: World) -> None:
    book = world.house.services.book
    await book.add("shop", AccountSettings(provider="local"))
    await book.remember("shop", Identity(who="Acme", live=True))
    link = world.provider.seed_link(name="a.pdf", account="shop", expires_at=NOON + DAY)
    await world.keep(link)
    await world.house.services.links.expire(link)
    async with program(world) as (app, pilot):
        await press(pilot, "u")
        await follow(world, app, pilot)
        await press(pilot, "U")
        assert plan_of(app).state is PlanState.DRAFT
        await press(pilot, "y")
        assert isinstance(app.screen, TypeNumberDialog)


async def test_what_waits_counts_down_in_a_strip_and_one_key_stops_it(world: World) -> None:
    plan = await revoking(world, "a.pdf", "b.pdf", "c.pdf")
    await world.house.services.plans.apply(plan.id)
    async with program(world) as (app, pilot):
        strip = app.screen.query_one(PendingStrip)
        assert "Pending: revoke “a.pdf” and 2 more in 10 s · u stops it" in drawn(app)[-2]
        world.clock.move(seconds=3)
        strip.show()
        assert "in 7 s" in str(strip.render())
        await press(pilot, "2")
        assert "· z stops it" in drawn(app)[-2]
        await press(pilot, "z")
        assert toasts(app)[-1] == "Stopped before it was sent: revoke “a.pdf” and 2 more."
        await press(pilot, "1")
        await settle(pilot)
        assert not strip.display
    assert world.house.services.plans.get(plan.id).counts == {ChangeState.STOPPED: 3}


async def test_the_strip_is_gone_once_it_is_too_late(world: World) -> None:
    plan = await revoking(world, "a.pdf")
    await world.house.services.plans.apply(plan.id)
    async with program(world) as (app, _):
        strip = app.screen.query_one(PendingStrip)
        world.clock.move(seconds=11)
        strip.show()
        assert not strip.display


async def test_of_several_pending_plans_the_soonest_is_named_and_the_latest_stopped(world: World) -> None:
    plans = world.house.services.plans
    first, second = await revoking(world, "a.pdf"), await revoking(world, "b.pdf")
    await plans.apply(first.id)
    world.clock.move(seconds=2)
    await plans.apply(second.id)
    async with program(world) as (app, pilot):
        assert "Pending: revoke “a.pdf” in 8 s, and 1 more plan · u stops the latest" in drawn(app)[-2]
        await press(pilot, "u")
        assert toasts(app)[-1] == "Stopped before it was sent: revoke “b.pdf”."


async def test_a_stopped_revocation_waits_again_when_it_is_retried(world: World) -> None:
    plans = world.house.services.plans
    plan = await revoking(world, "a.pdf")
    await plans.apply(plan.id)
    await plans.stop_held(plan.id)
    await drain(world)
    world.clock.move(hours=1)
    await plans.retry(plan.id)
    assert [one.id for one in plans.held()] == [plan.id]


async def test_hostile_names_are_text_in_the_strip_and_in_toasts(world: World) -> None:
    links = await world.seed(*HOSTILE[:-1])
    plans = world.house.services.plans
    for link in links:
        plan = await plans.make(HOSTILE[4], [plans.planner().ended(link, Verb.REVOKE)])
        await plans.apply(plan.id)
    async with program(world, size=(120, 30)) as (app, pilot):
        for _ in links:
            assert not {"\x1b", "\u202e"} & set("".join(drawn(app)))
            await press(pilot, "u")
    assert len(toasts(app)) == 1 + len(links)  # the start said that they go on


@pytest.mark.parametrize(("width", "shown"), [(80, "plan 1 ▸ 2/3"), (200, "plan 1 ▸ 2/3")])
async def test_a_plan_under_way_is_in_the_header_of_every_other_screen(
    world: World, width: int, shown: str
) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf", "c.pdf"))
    await world.house.services.plans.apply(plan.id)
    from linktui.storage.plans import Ended, Plans

    changes = world.house.services.plans.changes(plan.id)[:2]
    ended = [Ended(change_id=change.id, state=ChangeState.DONE) for change in changes]
    await Plans(world.house.database).commit([], ended, at=NOON)
    async with program(world, size=(width, 24)) as (app, pilot):
        assert shown in drawn(app)[0]
        assert app.screen.query_one(Header)
        await press(pilot, "3")
        assert shown in drawn(app)[0]
        app.post_message(OpenPlan(plan.id))
        await settle(pilot)
        assert "plan 1" not in drawn(app)[0]


async def test_a_start_says_once_what_is_not_over(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf"))
    await world.house.services.plans.apply(plan.id)
    async with program(world) as (app, _):
        assert toasts(app) == ["Plan 1 (extend 1 links by 7d) goes on: 0/1 so far. H shows it."]
    await world.house.services.plans.pause(plan.id)
    async with program(world) as (app, pilot):
        await press(pilot, "2", "1")
        assert toasts(app) == [
            "Plan 1 (extend 1 links by 7d) is paused at 0/1. H shows it, and p there goes on."
        ]


async def test_the_history_lists_plans_opens_them_and_takes_them_back(world: World) -> None:
    plans = world.house.services.plans
    links = await world.seed("a.pdf", "b.pdf")
    done = await longer(world, links)
    await plans.apply(done.id)
    await drain(world)
    await revoking(world, "c.pdf")
    async with program(world) as (app, pilot):
        await press(pilot, "3", "H")
        lines = "\n".join(drawn(app))
        assert "✓ done" in lines
        assert "2 done" in lines
        assert "· draft" in lines
        await press(pilot, "j", "enter")
        assert plan_of(app).id == done.id
        await press(pilot, "H")
        assert history_of(app)
        await press(pilot, "u")
        assert plan_of(app).undo_of == done.id


async def test_the_history_is_filtered_and_turned_to_single_changes(world: World) -> None:
    plans = world.house.services.plans
    plan = await longer(world, await world.seed("a.pdf", "b.pdf"))
    await plans.apply(plan.id)
    await drain(world)
    await revoking(world, "c.pdf")
    async with program(world) as (app, pilot):
        await press(pilot, "H", "slash", *"extend", "enter")
        assert [one.id for one in history_of(app).list.table.rows] == [plan.id]
        await press(pilot, "escape", "tab")
        lines = "\n".join(drawn(app))
        assert "expires 24 Nov 12:00 → 1 D" in lines
        assert "c.pdf" not in lines
        await press(pilot, "enter")
        assert plan_of(app).id == plan.id


async def test_an_empty_history_says_so(world: World) -> None:
    async with program(world) as (app, pilot):
        await press(pilot, "H")
        assert "Nothing was changed yet." in "\n".join(drawn(app))
        await press(pilot, "u", "enter", "tab", "u", "enter", "escape")
        assert not isinstance(app.screen, HistoryScreen)
