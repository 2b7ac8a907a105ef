"""Plans: made, applied, stopped, gone on with, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from linktui.config.locations import Locations
from linktui.model.change import ChangeState, Intent, Verb
from linktui.model.differences import differences
from linktui.model.errors import DatabaseCorrupt, InvalidInput, Rejected, Unauthorized, Unavailable
from linktui.model.file import File
from linktui.model.link import Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.model.plan import Plan, PlanState
from linktui.services.house import House
from linktui.services.plan_runner import PlanRunner, open_runner
from linktui.storage.damage import storage_error
from linktui.storage.links import Links
from linktui.storage.plans import Plans
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider

DAY = timedelta(days=1)


@pytest.fixture
def runner(house: House) -> PlanRunner:
    return open_runner(house)


async def seed(house: House, provider: FakeProvider, number: int, **fields: object) -> list[Link]:
    links = [
        provider.seed_link(**{"name": f"file-{at}.pdf", "expires_at": NOON + 3 * DAY} | fields)
        for at in range(number)
    ]
    await Links(house.database).save([(link, "{}") for link in links], seen=NOON)
    return links


async def extended(house: House, links: Sequence[Link], by: str = "7d") -> Plan:
    planner = house.services.plans.planner()
    return await house.services.plans.make("longer", [planner.extended(link, by) for link in links])


def states(house: House, plan: Plan) -> list[ChangeState]:
    return [change.state for change in house.services.plans.changes(plan.id)]


async def apply(house: House, runner: PlanRunner, plan: Plan) -> Plan:
    await house.services.plans.apply(plan.id, hold=timedelta(0))
    await asyncio.wait_for(runner.drain(), 20)
    return house.services.plans.get(plan.id)


async def test_the_number_of_a_discarded_plan_never_leads_to_another(
    house: House, provider: FakeProvider
) -> None:
    links = await seed(house, provider, 1)
    refused = await extended(house, links)
    await house.services.plans.discard(refused.id)
    assert (await extended(house, links)).id > refused.id


async def test_a_plan_sends_nothing_before_it_is_applied_and_everything_after(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 3)
    plan = await extended(house, links)
    assert plan.state is PlanState.DRAFT
    assert "update_link" not in provider.calls
    outline = house.services.plans.outline(plan.id)
    assert (outline.verbs, outline.calls, outline.final) == ({Verb.UPDATE: 3}, 3, 0)
    done = await apply(house, runner, plan)
    assert done.state is PlanState.SETTLED
    assert states(house, plan) == [ChangeState.DONE] * 3
    assert {link.expires_at for link in provider.links.values()} == {NOON + 10 * DAY}
    assert house.services.links.get("local", "l_1").expires_at == NOON + 10 * DAY  # type: ignore[union-attr]


async def test_a_failure_stays_in_the_plan_with_its_reason_and_can_be_retried(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 3)
    plan = await extended(house, links)
    provider.failures["update_link"] = [Rejected("not today")]
    done = await apply(house, runner, plan)
    assert done.counts == {ChangeState.DONE: 2, ChangeState.FAILED: 1}
    [failed] = [one for one in house.services.plans.changes(plan.id) if one.state is ChangeState.FAILED]
    assert failed.error == "not today."
    assert await house.services.plans.retry(plan.id) == 1
    await runner.drain()
    assert states(house, plan) == [ChangeState.DONE] * 3


async def test_a_link_changed_elsewhere_is_reported_and_not_overwritten(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 2)
    plan = await extended(house, links)
    provider.links["l_1"] = replace(provider.links["l_1"], expires_at=NOON + 99 * DAY)
    done = await apply(house, runner, plan)
    assert done.counts == {ChangeState.STALE: 1, ChangeState.DONE: 1}
    assert provider.links["l_1"].expires_at == NOON + 99 * DAY
    [stale] = [one for one in house.services.plans.changes(plan.id) if one.state is ChangeState.STALE]
    assert "end" in stale.error


async def test_what_cannot_be_done_is_in_the_plan_with_the_reason_and_takes_no_call(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 2)
    revoked = provider.seed_link(name="gone", revoked_at=NOON, expires_at=NOON + DAY)
    await Links(house.database).save([(revoked, "{}")], seen=NOON)
    plan = await extended(house, [*links, revoked])
    assert plan.counts == {ChangeState.PLANNED: 2, ChangeState.CANNOT: 1}
    done = await apply(house, runner, plan)
    assert done.counts == {ChangeState.DONE: 2, ChangeState.CANNOT: 1}
    assert provider.calls.count("update_link") == 2


async def test_a_change_whose_answer_was_lost_is_looked_up_and_not_made_twice(
    house: House, provider: FakeProvider, runner: PlanRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    [link] = await seed(house, provider, 1)
    plan = await extended(house, [link])
    update = provider.update_link

    async def lossy(link: Link, edit: LinkEdit) -> object:
        monkeypatch.setattr(provider, "update_link", update)
        await update(link, edit)
        raise Unavailable("the connection broke")

    monkeypatch.setattr(provider, "update_link", lossy)
    monkeypatch.setattr("linktui.services.making.REST", 0.001)
    done = await apply(house, runner, plan)
    assert done.counts == {ChangeState.DONE: 1}
    assert provider.calls.count("update_link") == 1


async def test_a_change_begun_by_somebody_who_died_is_made_exactly_once(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 2)
    plan = await extended(house, links)
    await house.services.plans.apply(plan.id, hold=timedelta(0))
    changes = house.services.plans.changes(plan.id)
    await Plans(house.database).commit([change.id for change in changes], [], at=NOON)
    # The first was sent before the crash, the second was not.
    await provider.update_link(links[0], changes[0].intent.edit)  # type: ignore[union-attr, arg-type]
    provider.calls.clear()
    await runner.drain()
    assert states(house, plan) == [ChangeState.DONE] * 2
    assert provider.calls.count("update_link") == 1


async def test_a_creation_begun_by_somebody_who_died_makes_one_link(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    planner = house.services.plans.planner()
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=NOON + DAY)
    plan = await house.services.plans.make("new", [planner.created("local", (), spec)])
    await house.services.plans.apply(plan.id, hold=timedelta(0))
    [change] = house.services.plans.changes(plan.id)
    await Plans(house.database).commit([change.id], [], at=NOON)
    await provider.create_link((), spec, key=change.key)
    await runner.drain()
    assert len(provider.links) == 1
    [change] = house.services.plans.changes(plan.id)
    assert (change.state, change.subject) == (ChangeState.DONE, "l_1")


async def test_a_refused_secret_pauses_the_plan_and_says_why(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 5)
    plan = await extended(house, links)
    provider.failures["update_link"] = [Unauthorized("no")] * 5
    paused = await apply(house, runner, plan)
    assert paused.state is PlanState.PAUSED
    assert "secret" in paused.trouble
    assert paused.count(ChangeState.PLANNED) == 5
    provider.failures.clear()
    await house.services.plans.apply(plan.id)
    await runner.drain()
    assert states(house, plan) == [ChangeState.DONE] * 5


async def test_what_nothing_undoes_waits_and_can_be_stopped_while_the_rest_goes_on(
    house: House, provider: FakeProvider, runner: PlanRunner, clock: Clock
) -> None:
    links = await seed(house, provider, 3)
    plans, planner = house.services.plans, house.services.plans.planner()
    plan = await plans.make("both", [planner.extended(links[0], "1d"), planner.ended(links[1], Verb.REVOKE)])
    await plans.apply(plan.id, hold=timedelta(seconds=10))
    running = asyncio.create_task(runner.drain())
    async with asyncio.timeout(60):
        while plans.get(plan.id).count(ChangeState.DONE) < 1:  # noqa: ASYNC110 - it is the database that tells
            await asyncio.sleep(0)
    [held] = plans.held()
    assert held.id == plan.id
    assert provider.links["l_2"].revoked_at is None
    assert await plans.stop_held(plan.id) == 1
    await asyncio.wait_for(running, 20)
    assert plans.get(plan.id).counts == {ChangeState.DONE: 1, ChangeState.STOPPED: 1}
    assert plans.get(plan.id).state is PlanState.SETTLED
    assert provider.links["l_2"].revoked_at is None


async def test_what_nothing_undoes_is_sent_once_its_time_is_over(
    house: House, provider: FakeProvider, runner: PlanRunner, clock: Clock
) -> None:
    [link] = await seed(house, provider, 1)
    plans = house.services.plans
    plan = await plans.make("away", [plans.planner().ended(link, Verb.DELETE)])
    await plans.apply(plan.id, hold=timedelta(seconds=10))
    clock.move(seconds=11)
    await runner.drain()
    assert provider.links == {}
    assert house.services.links.get_present([("local", link.id)]) == []


async def test_undo_and_redo_go_back_and_forth(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 2)
    plans = house.services.plans
    await apply(house, runner, await extended(house, links))
    undone = await apply(house, runner, await plans.undo(plans.undoable().id))  # type: ignore[union-attr]
    assert {link.expires_at for link in provider.links.values()} == {NOON + 3 * DAY}
    assert plans.undoable() is None
    redo = plans.redoable()
    assert redo is not None
    assert redo.id == undone.id
    await apply(house, runner, await plans.undo(redo.id))
    assert {link.expires_at for link in provider.links.values()} == {NOON + 10 * DAY}
    assert plans.redoable() is None
    assert plans.undoable() is not None


async def test_a_single_change_is_undone_like_any_other(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    [link] = await seed(house, provider, 1, metadata={"a": "1"})
    plans = house.services.plans
    await house.services.links.edit(link, LinkEdit(name="new", metadata={"a": None, "b": "2"}))
    plan = plans.undoable()
    assert plan is not None
    await apply(house, runner, await plans.undo(plan.id))
    assert (provider.links["l_1"].name, dict(provider.links["l_1"].metadata)) == (link.name, {"a": "1"})


async def test_an_undo_leaves_a_link_alone_that_was_changed_since(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 2)
    plans = house.services.plans
    plan = await apply(house, runner, await extended(house, links))
    changed = replace(provider.links["l_1"], name="else")
    await Links(house.database).save([(changed, "{}")], seen=NOON)
    undo = await plans.undo(plan.id)
    assert undo.counts == {ChangeState.PLANNED: 1, ChangeState.CANNOT: 1}


async def test_a_stopped_plan_leaves_the_rest_and_goes_on_when_retried(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 4)
    plans = house.services.plans
    plan = await extended(house, links)
    await plans.apply(plan.id)
    await plans.pause(plan.id)
    await plans.stop(plan.id)
    assert plans.get(plan.id).counts == {ChangeState.STOPPED: 4}
    await plans.retry(plan.id)
    await runner.drain()
    assert states(house, plan) == [ChangeState.DONE] * 4


async def test_addresses_change_hands(house: House, provider: FakeProvider, runner: PlanRunner) -> None:
    one = (await seed(house, provider, 1, slug="left"))[0]
    two = (await seed(house, provider, 1, slug="right"))[0]
    planner = house.services.plans.planner()
    swap = [planner.edited(one, LinkEdit(slug="right")), planner.edited(two, LinkEdit(slug="left"))]
    taken: set[str] = set()
    update = provider.update_link

    async def strict(link: Link, edit: LinkEdit) -> object:
        others = {other.slug for other in provider.links.values() if other.id != link.id}
        assert edit.slug not in others, "the address is another link's"
        taken.add(str(edit.slug))
        return await update(link, edit)

    provider.update_link = strict  # type: ignore[assignment, method-assign]
    done = await apply(house, runner, await house.services.plans.make("swap", swap))
    assert done.unwell == 0
    assert (provider.links[one.id].slug, provider.links[two.id].slug) == ("right", "left")


async def test_a_password_is_not_kept_longer_than_its_change(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    [link] = await seed(house, provider, 1)
    planner = house.services.plans.planner()
    plan = await house.services.plans.make("lock", [planner.edited(link, LinkEdit(password="hunter22"))])
    await apply(house, runner, plan)
    dump = house.database.read.execute("SELECT group_concat(intent || before || after || detail) FROM change")
    assert "hunter22" not in str(dump.get)


async def test_no_address_of_a_link_is_in_the_journal(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    [link] = await seed(house, provider, 1, url="http://127.0.0.1/l/secret-address")
    await apply(house, runner, await extended(house, [link]))
    dump = house.database.read.execute("SELECT group_concat(intent || before || after || detail) FROM change")
    assert "secret-address" not in str(dump.get)


async def test_a_plan_of_nothing_or_that_is_over_is_refused(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    plans = house.services.plans
    with pytest.raises(InvalidInput, match="changes nothing"):
        await plans.make("nothing", [])
    links = await seed(house, provider, 1)
    plan = await apply(house, runner, await extended(house, links))
    with pytest.raises(InvalidInput, match="settled"):
        await plans.apply(plan.id)
    with pytest.raises(InvalidInput, match="number of none"):
        plans.get(99)


async def test_an_intent_keeps_everything_through_the_database(house: House, provider: FakeProvider) -> None:
    [link] = await seed(house, provider, 1, metadata={"k": "v"}, download_limit=3)
    edit = LinkEdit(
        expires_at=None,
        name="n",
        slug="s",
        password=None,
        download_limit=None,
        metadata={"k": None},
        files=(),
    )
    intent = Intent(account="local", verb=Verb.UPDATE, link=link, edit=edit, calls=3, final=True)
    plan = await house.services.plans.make("all", [intent])
    [change] = house.services.plans.changes(plan.id)
    assert change.intent == replace(intent, link=replace(link, url=""))


async def test_a_new_link_stands_in_for_one_that_cannot_be_changed(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    [link] = await seed(house, provider, 1, files=(LinkedFile("f", "f", 1),))
    plans = house.services.plans
    refused = replace(plans.planner().extended(link, "7d"), reason="Not here.", renewable=True)
    plan = await plans.make("longer", [refused])
    assert plans.outline(plan.id).renewable == 1
    provider.files["f"] = File(account="local", id="f", name="f", size=1, created_at=NOON)
    assert await plans.renew(plan.id) == 1
    [change] = plans.changes(plan.id)
    assert change.intent is not None
    assert (change.verb, change.intent.spec and change.intent.spec.expires_at) == ("create", NOON + 10 * DAY)
    await apply(house, runner, plan)
    [change] = plans.changes(plan.id)
    assert (change.state, change.subject) == (ChangeState.DONE, "l_2")
    assert provider.links["l_1"] == link


async def test_an_account_that_is_gone_pauses_the_plan_and_says_so(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    links = await seed(house, provider, 1, account="elsewhere")
    intent = Intent(account="elsewhere", verb=Verb.UPDATE, link=links[0], edit=LinkEdit(name="n"))
    paused = await apply(house, runner, await house.services.plans.make("x", [intent]))
    assert paused.state is PlanState.PAUSED
    assert "not configured" in paused.trouble


async def test_an_end_that_has_passed_counts_as_ending_the_link(house: House, provider: FakeProvider) -> None:
    [link] = await seed(house, provider, 1)
    intent = house.services.plans.planner().edited(link, LinkEdit(expires_at=NOON - DAY, name="old"))
    assert intent.verb is Verb.EXPIRE
    assert [(one.field, one.after) for one in differences(intent, UTC)] == [
        ("expires", "Fri 2026-11-20 12:00"),
        ("name", "old"),
    ]


async def test_what_was_left_out_of_a_draft_is_taken_in_again(house: House, provider: FakeProvider) -> None:
    plans = house.services.plans
    plan = await extended(house, await seed(house, provider, 3))
    [first, second, _] = plans.order(plan.id)
    await plans.leave_out(plan.id, [first, second])
    assert plans.outline(plan.id).changes == 1
    assert await plans.take_in(plan.id, [second]) == 1
    assert plans.order(plan.id, states=[ChangeState.STOPPED]) == [first]
    assert [change.id for change in plans.some([second, first, 999])] == [second, first]
    await plans.apply(plan.id)
    with pytest.raises(InvalidInput, match="was applied"):
        await plans.take_in(plan.id, [first])


async def test_a_creation_that_was_ever_begun_is_looked_for_before_it_is_repeated(
    house: House, provider: FakeProvider, runner: PlanRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.services.making.REST", 0.001)
    create, agains = provider.create_link, []

    async def noted(*arguments: Any, again: bool = False, **more: Any) -> Any:
        agains.append(again)
        return await create(*arguments, again=again, **more)

    monkeypatch.setattr(provider, "create_link", noted)
    provider.failures["create_link"] = [Unavailable("down")] * 4
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=NOON + DAY)
    plans = house.services.plans
    plan = await apply(house, runner, await plans.make("new", [plans.planner().created("local", (), spec)]))
    assert plan.counts == {ChangeState.FAILED: 1}
    await plans.retry(plan.id)
    await runner.drain()
    assert plans.get(plan.id).counts == {ChangeState.DONE: 1}
    assert agains == [False, True, True, True, True]


async def test_a_revocation_that_was_begun_is_known_as_ours_even_after_a_refused_secret(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    [link] = await seed(house, provider, 1)
    plans = house.services.plans
    plan = await plans.make("away", [plans.planner().ended(link, Verb.REVOKE)])
    await plans.apply(plan.id, hold=timedelta(0))
    [change] = plans.changes(plan.id)
    await Plans(house.database).commit([change.id], [], at=NOON)
    provider.failures["revoke_link"] = [Unauthorized("no")]
    await runner.drain()
    assert plans.get(plan.id).state is PlanState.PAUSED
    await provider.revoke_link(link.id)  # what the dead one sent arrives after all
    await plans.apply(plan.id)
    await runner.drain()
    [change] = plans.changes(plan.id)
    assert (change.state, change.error) == (ChangeState.DONE, "")
    assert provider.calls.count("revoke_link") == 2


async def test_at_a_slow_account_only_a_few_changes_are_begun_ahead(
    tmp_path: Path, clock: Clock, provider: FakeProvider
) -> None:
    locations = Locations.below(tmp_path / "slow")
    locations.create()
    locations.settings_file.write_text('[accounts.local]\nprovider = "local"\nrate = 1\n')
    house = build(locations, clock=clock, connect_provider=lambda account: provider)
    links = await seed(house, provider, 40)
    plan = await extended(house, links)
    await house.services.plans.apply(plan.id)
    called, go_on = asyncio.Event(), asyncio.Event()
    update = provider.update_link

    async def slow(link: Link, edit: LinkEdit) -> Any:
        called.set()
        await go_on.wait()
        return await update(link, edit)

    provider.update_link = slow  # type: ignore[method-assign]
    running = asyncio.create_task(open_runner(house).drain())
    async with asyncio.timeout(60):
        await called.wait()
        assert house.services.plans.get(plan.id).count(ChangeState.INTENDED) <= 8
        go_on.set()
        await running
    assert house.services.plans.get(plan.id).counts == {ChangeState.DONE: 40}
    await house.close()


async def test_a_damaged_database_ends_the_runner_and_nothing_is_tried_again(
    house: House, provider: FakeProvider, runner: PlanRunner
) -> None:
    plan = await extended(house, await seed(house, provider, 1))
    await house.services.plans.apply(plan.id, hold=timedelta(0))
    provider.failures["update_link"] = [DatabaseCorrupt(house.database.path)] * 2
    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.timeout(60):
            await runner.run()
    assert isinstance(storage_error(caught.value, Path("another")), DatabaseCorrupt)
    assert len(provider.failures["update_link"]) == 1
