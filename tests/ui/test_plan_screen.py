"""The plan screen: everything is seen before it is sent, and how it went after."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from linktui.config.account import AccountSettings
from linktui.model.call import Rehearsed
from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.errors import Rejected, Unauthorized
from linktui.model.identity import Identity
from linktui.model.link import LinkedFile
from linktui.model.plan import Plan, PlanState
from linktui.services.plans import PlanService
from linktui.services.rehearsal import Rehearsal
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.requests import RequestsDialog
from linktui.ui.dialogs.type_number import TypeNumberDialog
from linktui.ui.messages import OpenPlan
from linktui.ui.screens import plan as plan_screen
from linktui.ui.screens.links import LinksScreen
from linktui.ui.screens.plan import PlanScreen
from tests.fakes import NOON
from tests.ui.plans import drain, longer, mixed, revoking
from tests.ui.program import DAY, World, drawn, program, toasts
from tests.ui.samples import HOSTILE
from tests.ui.shell import press, settle


@asynccontextmanager
async def opened(
    world: World, plan: Plan, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[LinktuiApp, Pilot[None]]]:
    async with program(world, size=size) as (app, pilot):
        app.post_message(OpenPlan(plan.id))
        await settle(pilot)
        yield app, pilot


def words(app: LinktuiApp) -> str:
    return "\n".join(drawn(app))


def latest(world: World, plan: Plan) -> Plan:
    return world.house.services.plans.get(plan.id)


def screen(app: LinktuiApp) -> PlanScreen:
    assert isinstance(app.screen, PlanScreen)
    return app.screen


async def reload(app: LinktuiApp, pilot: Pilot[None]) -> None:
    screen(app).reload()
    await settle(pilot)


async def test_a_plan_shows_what_it_would_do_and_sends_nothing(world: World) -> None:
    plan = await mixed(world)
    async with opened(world, plan) as (app, pilot):
        shown = words(app)
        for part in (
            "+ 1 create",
            "~ 3 change",
            "- 1 revoke",
            "! 1 cannot",
            "local 5 calls in 1s",
            "1 of 5 cannot be undone: 1 revoke; they wait 10s first",
            "expires 24 Nov 12:00 → 1 Dec 12:00",
        ):
            assert part in shown
        await press(pilot, "escape")
        assert isinstance(app.screen, LinksScreen)
        assert f"Plan {plan.id} is kept; H shows it." in toasts(app)
    assert not {"update_link", "create_link", "revoke_link"} & set(world.provider.calls)
    assert latest(world, plan).state is PlanState.DRAFT


async def test_the_row_under_the_cursor_is_shown_whole(world: World) -> None:
    plan = await mixed(world)
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "down", "down")
        for part in ("limit", "–  →  5", "tag.team", "–  →  ops", "Tue 2026-11-24 12:00  →  Mon 2026-12-21"):
            assert part in words(app)
        await press(pilot, "G", "enter")
        assert "Cannot: Link is revoked, which is for good." in words(app)
        await press(pilot, "escape")
        assert screen(app)


async def test_what_can_be_undone_is_applied_without_a_question(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf"))
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y")
        assert latest(world, plan).state is PlanState.APPLYING
        await drain(world)
        await reload(app, pilot)
        assert "2 done" in words(app)
        assert "u takes back what was done" in words(app)
    assert {link.expires_at for link in world.provider.links.values()} == {NOON + 10 * DAY}


async def test_what_nothing_undoes_is_asked_about_and_enter_means_no(world: World) -> None:
    plan = await revoking(world, "a.pdf", "b.pdf")
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y")
        assert "2 of 2 cannot be undone" in words(app)
        await press(pilot, "enter")
        assert latest(world, plan).state is PlanState.DRAFT
        await press(pilot, "y", "y")
        assert latest(world, plan).state is PlanState.APPLYING
        assert "◷ held 10s" in words(app)
        await press(pilot, "u")
        assert latest(world, plan).count(ChangeState.STOPPED) == 2
    assert "revoke_link" not in world.provider.calls


async def test_links_of_a_live_account_are_ended_only_once_their_number_is_typed(world: World) -> None:
    book = world.house.services.book
    await book.add("shop", AccountSettings(provider="local"))
    await book.remember("shop", Identity(who="Acme", live=True))
    planner = world.house.services.plans.planner()
    links = [world.provider.seed_link(name=f"{at}.pdf", account="shop") for at in range(3)]
    await world.keep(*links)
    plan = await world.house.services.plans.make("end", [planner.expired(link) for link in links])
    async with opened(world, plan) as (app, pilot):
        assert "Ends 3 links of LIVE accounts" in words(app)
        await press(pilot, "y")
        assert isinstance(app.screen, TypeNumberDialog)
        await press(pilot, "2", "enter")
        assert "is 3; type it" in words(app)
        assert latest(world, plan).state is PlanState.DRAFT
        app.screen.query_one(Input).value = ""
        await press(pilot, "3", "enter")
        assert latest(world, plan).state is PlanState.APPLYING


async def test_a_change_is_left_out_and_taken_in_again(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf"))
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "space")
        assert "– left out" in words(app)
        assert "~ 1 change" in words(app)
        await press(pilot, "k", "minus")
        assert latest(world, plan).count(ChangeState.PLANNED) == 2
        await press(pilot, "space", "y")
        await drain(world)
        await reload(app, pilot)
        assert "– in part" in words(app)
    assert world.provider.calls.count("update_link") == 1


async def test_a_failure_says_why_stays_in_the_plan_and_is_retried(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf", "c.pdf"))
    world.provider.failures["update_link"] = [Rejected("not on a Saturday")]
    async with opened(world, plan, size=(120, 30)) as (app, pilot):
        await press(pilot, "y")
        await drain(world)
        await reload(app, pilot)
        assert "2 done, 1 failed" in words(app)
        await press(pilot, "full_stop")
        assert len(screen(app).list.table.rows) == 1
        assert "Failed: not on a Saturday." in words(app)
        await press(pilot, "r")
        assert "1 change tried again." in toasts(app)
        await drain(world)
        await reload(app, pilot)
        await press(pilot, "full_stop")
        assert "3 done" in words(app)


async def test_a_link_changed_elsewhere_is_reported_stale(world: World) -> None:
    links = await world.seed("a.pdf", "b.pdf")
    plan = await longer(world, links)
    world.provider.links[links[0].id] = replace(links[0], expires_at=NOON + 99 * DAY)
    async with opened(world, plan, size=(120, 30)) as (app, pilot):
        await press(pilot, "y")
        await drain(world)
        await reload(app, pilot)
        assert "1 done, 1 stale" in words(app)
        assert "changed elsewhere since the plan was made" in words(app)
    assert world.link(links[0].id).expires_at == NOON + 99 * DAY


async def test_a_plan_is_paused_goes_on_and_is_stopped_after_a_question(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf"))
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y", "p")
        assert latest(world, plan).state is PlanState.PAUSED
        assert "p goes on · x stops it for good" in words(app)
        await press(pilot, "p")
        assert latest(world, plan).state is PlanState.APPLYING
        await press(pilot, "p", "x")
        assert "Leave 2 changes undone?" in words(app)
        await press(pilot, "y")
        assert latest(world, plan).counts == {ChangeState.STOPPED: 2}
        assert "2 stopped" in words(app)
    assert "update_link" not in world.provider.calls


async def test_a_plan_that_paused_by_itself_says_why_and_what_to_do(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf"))
    world.provider.failures["update_link"] = [Unauthorized()]
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y")
        await drain(world)
        await reload(app, pilot)
        assert "It paused by itself. local: The service refused the account's secret" in words(app)
        assert "p goes on" in words(app)


async def test_an_applied_plan_is_taken_back_by_another_that_is_shown_first(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf", "b.pdf"))
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y")
        await drain(world)
        await reload(app, pilot)
        await press(pilot, "u")
        assert screen(app).plan_id != plan.id
        assert screen(app).plan.undo_of == plan.id
        assert "expires 1 Dec 12:00 → 24 Nov 12:00" in words(app)
        await press(pilot, "y")
        await drain(world)
    assert {link.expires_at for link in world.provider.links.values()} == {NOON + 3 * DAY}


async def test_the_exact_requests_of_one_change_are_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Intent] = []

    async def intent(self: Rehearsal, intent: Intent) -> tuple[Rehearsed, ...]:
        asked.append(intent)
        return (Rehearsed(method="PATCH", url="http://127.0.0.1/x", headers=(), body="{}"),)

    monkeypatch.setattr(Rehearsal, "intent", intent)
    plan = await mixed(world)
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "down", "D")
        assert isinstance(app.screen, RequestsDialog)
        assert [one.verb for one in asked] == [Verb.UPDATE]
        await press(pilot, "escape", "G", "D")
        assert any(said.startswith("Nothing is sent for it: Link is revoked") for said in toasts(app))


async def test_a_new_link_stands_in_for_what_cannot_be_changed(world: World) -> None:
    plans = world.house.services.plans
    [link] = await world.seed("a.pdf", files=(LinkedFile("f_1", "a.pdf", 9),))
    reason = Intent(
        account="local",
        verb=Verb.UPDATE,
        link=link,
        edit=plans.planner().extended(link, "7d").edit,
        reason="It cannot.",
        renewable=True,
    )
    plan = await plans.make("longer", [reason])
    async with opened(world, plan) as (app, pilot):
        assert "n puts new links in the place of 1 that cannot be changed" in words(app)
        await press(pilot, "n")
        assert "1 new link planned: each has a new URL, and the old link stays as it is." in toasts(app)
        assert "+ 1 create" in words(app)


async def test_progress_says_rate_and_time_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = await longer(world, await world.seed(*(f"{at}.pdf" for at in range(9))))
    monkeypatch.setattr(plan_screen, "LOOK", 0.001)
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y")
        assert "0/9" in words(app)
        changes = world.house.services.plans.changes(plan.id)
        from linktui.storage.plans import Ended, Plans

        ended = [Ended(change_id=change.id, state=ChangeState.DONE) for change in changes[:6]]
        await Plans(world.house.database).commit([], ended, at=NOON)
        world.clock.move(seconds=3)
        await reload(app, pilot)
        assert "66%  6/9 · 2/s · 1s left" in words(app)


async def test_hostile_names_titles_and_errors_are_shown_as_text(world: World) -> None:
    links = await world.seed(*HOSTILE[:-1])
    planner = world.house.services.plans.planner()
    plan = await world.house.services.plans.make(
        HOSTILE[4] + HOSTILE[1], [planner.extended(link, "7d") for link in links]
    )
    world.provider.failures["update_link"] = [Rejected(text) for text in HOSTILE[:-1]]
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "y")
        await drain(world)
        await reload(app, pilot)
        for _ in links:
            await press(pilot, "enter")
            assert not {"\x1b", "\u202e"} & set(words(app))
            await press(pilot, "escape", "j")
        assert "[@click=app.quit]x[/]" in words(app)


async def test_of_a_large_plan_only_the_changes_in_sight_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [link] = await world.seed("a.pdf")
    planner = world.house.services.plans.planner()
    intent = planner.edited(link, planner.extended(link, "7d").edit)  # type: ignore[arg-type]
    plan = await world.house.services.plans.make("many", [intent] * 2_000)
    asked: list[int] = []
    some = PlanService.some

    def noting(self: PlanService, ids: list[int]) -> list[Change]:
        asked.extend(ids)
        return some(self, ids)

    monkeypatch.setattr(PlanService, "some", noting)
    async with opened(world, plan) as (app, pilot):
        await press(pilot, "G")
        assert screen(app).list.table.cursor == 1_999
        assert len(set(asked)) <= 400
        assert "2,000/2,000" in words(app)


async def test_the_time_a_plan_waits_is_what_is_set(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = await revoking(world, "a.pdf")
    monkeypatch.setattr(PlanService, "hold", timedelta(minutes=1))
    async with opened(world, plan) as (app, _):
        assert "they wait 1m 00s first" in words(app)


async def test_a_draft_that_is_discarded_elsewhere_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_screen, "LOOK", 0.001)
    plan = await longer(world, await world.seed("a.pdf"))
    async with opened(world, plan) as (app, pilot):
        await world.house.services.plans.discard(plan.id)
        while not isinstance(app.screen, LinksScreen):
            await pilot.pause()
        assert toasts(app) == [f"Plan {plan.id} was discarded."]
        app.post_message(OpenPlan(plan.id))
        await settle(pilot)
        assert toasts(app)[-1].startswith(f"Plan {plan.id} is the number of none")


async def test_keys_offer_only_what_the_plan_can_take_as_it_stands(world: World) -> None:
    plan = await longer(world, await world.seed("a.pdf"))
    async with opened(world, plan) as (app, pilot):
        assert drawn(app)[-1].startswith(" y Apply  Space Leave out  D Requests  ? Help")
        await press(pilot, "y")
        assert drawn(app)[-1].startswith(" p Pause  x Stop  D Requests  u Undo")
        await press(pilot, "y", "space")
        assert latest(world, plan).count(ChangeState.PLANNED) == 1
        await drain(world)
        await reload(app, pilot)
        assert drawn(app)[-1].startswith(" D Requests  u Undo")
