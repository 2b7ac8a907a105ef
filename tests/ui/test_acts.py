"""Acts on links: on one at once where it can be undone, else held; on several by a plan seen first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from textual.widgets import Input, Static

from linktui.model.change import ChangeState, Verb
from linktui.model.errors import Rejected
from linktui.model.identity import Identity
from linktui.model.link import LinkEdit, LinkState
from linktui.model.phrases import brief_moment
from linktui.model.plan import PlanState
from linktui.storage.files import Files
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.edit_several import EditSeveralDialog
from linktui.ui.dialogs.expiry import ExpiryDialog, ExpiryOfSeveralDialog
from linktui.ui.dialogs.move import MoveDialog
from linktui.ui.dialogs.new_link import NewLinkDialog
from linktui.ui.dialogs.tags import TagLines, TagsDialog
from linktui.ui.dialogs.take_back import TakeBackDialog
from linktui.ui.messages import PlansChanged
from linktui.ui.screens.links import LinksScreen
from linktui.ui.widgets.choice import Choice
from tests.fakes import NOON
from tests.ui.acting import add_account, changes_of, keep_file, plan_shown, seed_at
from tests.ui.plans import drain
from tests.ui.program import DAY, World, drawn, links_of, program, toasts
from tests.ui.samples import HOSTILE
from tests.ui.shell import press, settle

WRITES = {"update_link", "revoke_link", "delete_link", "create_link"}


def lacking(app: LinktuiApp) -> dict[str, str]:
    """Return which commands cannot be done to the chosen links, and why."""
    screen = app.screen
    assert isinstance(screen, LinksScreen)
    actions = {active.binding.action for active in screen.active_bindings.values()}
    return {action: why for action in actions if (why := screen.lacking(action))}


def written(world: World) -> list[str]:
    return [call for call in world.provider.calls if call in WRITES]


class TestExpiry:
    async def test_one_link_gets_its_new_end_at_once(self, world: World) -> None:
        [link] = await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "x")
            assert isinstance(app.screen, ExpiryDialog)
            await press(pilot, *"+7d", "enter")
            assert world.link(link.id).expires_at == NOON + 10 * DAY
            assert toasts(app) == [f"“one” now ends {brief_moment(NOON + 10 * DAY, NOON)}."]

    async def test_several_are_extended_each_from_its_own_end_by_a_plan(self, world: World) -> None:
        first, second = await world.seed("one", "two")
        world.provider.links[second.id] = later = replace(second, expires_at=NOON + 10 * DAY)
        await world.keep(later)
        async with program(world) as (app, pilot):
            await press(pilot, "a", "x")
            assert isinstance(app.screen, ExpiryOfSeveralDialog)
            await press(pilot, *"+7d", "enter")
            plan = await plan_shown(app, pilot)
            assert plan.title == "extend 2 links by 7d"
            assert written(world) == []
            await press(pilot, "y")
            await drain(world)
            assert world.link(first.id).expires_at == NOON + 10 * DAY
            assert world.link(second.id).expires_at == NOON + 17 * DAY

    @pytest.mark.parametrize(
        ("phrase", "title", "ends"),
        [
            ("never", "clear the expiry of 2 links", None),
            ("7d", "set the expiry of 2 links: 7d", NOON + 7 * DAY),
            ("2026-12-01 14:30", "set the expiry of 2 links: 2026-12-01 14:30", NOON + timedelta(10, 9000)),
        ],
    )
    async def test_a_phrase_without_plus_means_the_same_for_all(
        self, world: World, phrase: str, title: str, ends: object
    ) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "x")
            app.screen.query_one(Input).value = phrase
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            assert plan.title == title
            edits = [change.intent.edit for change in changes_of(world, plan) if change.intent]
            assert [edit.expires_at for edit in edits if edit] == [ends, ends]

    async def test_now_ends_them(self, world: World) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "x", *"now", "enter")
            plan = await plan_shown(app, pilot)
            assert [change.verb for change in changes_of(world, plan)] == [Verb.EXPIRE] * 2

    async def test_a_phrase_that_is_none_stays_to_be_put_right(self, world: World) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "x", *"+soon", "enter")
            assert isinstance(app.screen, ExpiryOfSeveralDialog)
            assert "no length of time" in "\n".join(drawn(app))

    async def test_a_link_whose_service_changes_none_is_in_the_plan_with_the_reason(
        self, world: World
    ) -> None:
        await add_account(world, "acme", "finix")
        await world.seed("one")
        await seed_at(world, "acme", "fixed")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "x", *"+7d", "enter")
            plan = await plan_shown(app, pilot)
            states = {change.name: change.state for change in changes_of(world, plan)}
            assert states == {"one": ChangeState.PLANNED, "fixed": ChangeState.CANNOT}

    async def test_of_one_such_link_it_says_so_at_the_key(self, world: World) -> None:
        await add_account(world, "acme", "finix")
        await seed_at(world, "acme", "fixed")
        async with program(world) as (app, pilot):
            await press(pilot, "x")
            assert toasts(app)[0].startswith("Not here: Finix changes no link")
            assert isinstance(app.screen, LinksScreen)

    async def test_now_where_nothing_revives_is_asked_for_twice_and_then_held(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        await seed_at(world, "shop", "one")
        async with program(world) as (app, pilot):
            await press(pilot, "x", *"now", "enter")
            assert "Nothing takes this back." in "\n".join(drawn(app))
            await press(pilot, "enter")
            assert toasts(app) == ["“one” is changed in 10s; u stops it."]
            assert written(world) == []
            assert len(world.house.services.plans.held()) == 1


class TestEnding:
    async def test_what_can_be_revived_ends_at_once_after_a_question(self, world: World) -> None:
        [link] = await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "X")
            assert isinstance(app.screen, ConfirmDialog)
            await press(pilot, "y")
            assert world.link(link.id).state(NOON) is LinkState.EXPIRED
            assert toasts(app) == ["“one” has ended."]

    async def test_what_nothing_revives_waits_and_u_stops_it(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        await seed_at(world, "shop", "one")
        async with program(world) as (app, pilot):
            await press(pilot, "X")
            assert "it waits 10s before it is sent" in " ".join(
                str(app.screen.query(Static).first().render()).split()
            )
            await press(pilot, "y")
            assert toasts(app) == ["“one” ends in 10s; u stops it."]
            await press(pilot, "u")
            world.clock.move(seconds=11)
            await drain(world)
            assert written(world) == []

    async def test_several_are_ended_by_a_plan_without_a_question_before_it(self, world: World) -> None:
        await world.seed("one", "two")
        await world.seed("over", expires_at=NOON - DAY, created_at=NOON - 9 * DAY)
        async with program(world) as (app, pilot):
            await press(pilot, "full_stop", "a", "X")
            plan = await plan_shown(app, pilot)
            assert plan.title == "expire 3 links now"
            states = {change.name: change.state for change in changes_of(world, plan)}
            assert states == {
                "one": ChangeState.PLANNED,
                "two": ChangeState.PLANNED,
                "over": ChangeState.CANNOT,
            }

    async def test_one_that_has_ended_says_so(self, world: World) -> None:
        await world.seed("over", expires_at=NOON - DAY)
        async with program(world) as (app, pilot):
            await press(pilot, "full_stop", "X")
            assert toasts(app) == ["Link has ended already."]

    @pytest.mark.parametrize(
        ("key", "word", "call"), [("r", "revoked", "revoke_link"), ("D", "deleted", "delete_link")]
    )
    async def test_taking_one_back_waits_before_it_is_sent(
        self, world: World, key: str, word: str, call: str
    ) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "d", key)
            assert toasts(app) == [f"“one” is {word} in 10s; u stops it."]
            assert len(world.house.services.plans.held()) == 1
            assert written(world) == []
            world.clock.move(seconds=11)
            await drain(world)
            assert written(world) == [call]

    @pytest.mark.parametrize("key", ["X", "d"])
    async def test_a_link_that_real_people_may_use_is_called_so(self, world: World, key: str) -> None:
        await add_account(world, "shop", "local")
        await world.house.services.book.remember("shop", Identity(who="Acme", live=True))
        await seed_at(world, "shop", "one")
        async with program(world) as (app, pilot):
            await press(pilot, key)
            assert "The account is LIVE" in " ".join(" ".join(drawn(app)).split())

    async def test_a_key_is_dim_only_where_none_of_the_links_can(self, world: World) -> None:
        await add_account(world, "acme", "finix")
        await world.seed("one")
        await seed_at(world, "acme", "two", "three")
        async with program(world) as (app, pilot):
            await press(pilot, "a")
            assert lacking(app) == {}
            await press(pilot, "escape", "G", "space", "k", "space")
            assert set(lacking(app)) == {"change_expiry", "expire_now", "take_back", "tags"}

    async def test_taking_back_begins_on_cancel(self, world: World) -> None:
        await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "d")
            assert isinstance(app.screen, TakeBackDialog)
            await press(pilot, "enter")
            assert world.house.services.plans.all() == []

    async def test_several_are_taken_back_by_a_plan_and_their_marks_stay(self, world: World) -> None:
        await world.seed("one", "two", "three")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "d", "r")
            plan = await plan_shown(app, pilot)
            assert plan.title == "revoke 3 links"
            assert plan.state is PlanState.DRAFT
            await press(pilot, "escape")
            assert links_of(app).marked == 3
            await press(pilot, "escape")
            assert links_of(app).marked == 0

    async def test_what_one_service_can_is_offered_though_another_cannot(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        await world.seed("one")
        await seed_at(world, "shop", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "d", "r")
            plan = await plan_shown(app, pilot)
            cannot = [change for change in changes_of(world, plan) if change.state is ChangeState.CANNOT]
            assert [change.name for change in cannot] == ["two"]
            assert "expire it now" in cannot[0].error

    async def test_where_none_can_be_taken_back_it_is_said(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        await seed_at(world, "shop", "one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "d")
            assert toasts(app)[0].startswith("Not here: Stripe takes no link back otherwise")

    async def test_a_change_that_waited_and_failed_is_said(self, world: World) -> None:
        await world.seed("one")
        world.provider.failures["revoke_link"] = [Rejected("it is on hold", status=403)]
        async with program(world) as (app, pilot):
            await press(pilot, "d", "r")
            world.clock.move(seconds=11)
            await drain(world)
            for _ in range(2):
                app.screen.post_message(PlansChanged())
                await settle(pilot)
            assert toasts(app)[1:] == ["“one” is as it was. it is on hold."]


class TestTags:
    async def test_one_links_tags_are_changed_at_once(self, world: World) -> None:
        [link] = await world.seed("one", metadata=MappingProxyType({"team": "ops", "old": "1"}))
        async with program(world) as (app, pilot):
            await press(pilot, "t")
            assert isinstance(app.screen, TagsDialog)
            lines = app.screen.query_one(TagLines)
            assert lines.text == "team=ops\nold=1"
            lines.text = "team=ops\norder=42"
            await press(pilot, "tab", "tab", "enter")
            assert dict(world.link(link.id).metadata) == {"team": "ops", "order": "42"}

    async def test_several_keep_the_tags_that_are_not_named(self, world: World) -> None:
        first, second = await world.seed("one", "two", metadata=MappingProxyType({"team": "ops", "old": "1"}))
        async with program(world) as (app, pilot):
            await press(pilot, "a", "t", *"order=42", "enter", *"-old", "enter", "enter")
            plan = await plan_shown(app, pilot)
            assert plan.title == "tag 2 links: order=42 -old"
            await press(pilot, "y")
            await drain(world)
            for link in (first, second):
                assert dict(world.link(link.id).metadata) == {"team": "ops", "order": "42"}

    async def test_only_what_is_not_so_already_is_in_the_plan(self, world: World) -> None:
        await world.seed("one", metadata=MappingProxyType({"order": "42"}))
        await world.seed("two", created_at=NOON - 2 * DAY)
        async with program(world) as (app, pilot):
            await press(pilot, "a", "t", *"order=42", "enter", *"-old", "enter", "enter")
            found = {change.name: change for change in changes_of(world, await plan_shown(app, pilot))}
            assert found["one"].error == "Its tags are so already."
            assert found["two"].intent is not None
            assert found["two"].intent.edit == LinkEdit(metadata={"order": "42"})

    @pytest.mark.parametrize(
        ("typed", "said"),
        [("", "Tags are none yet"), ("order", "line 1 is no tag"), ("a=1\n-a", "line 2 names “a” again")],
    )
    async def test_what_is_no_tag_is_said_with_its_line(self, world: World, typed: str, said: str) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "t")
            app.screen.query_one(TagLines).text = typed
            await press(pilot, "tab", "tab", "enter")
            assert said in "\n".join(drawn(app))

    async def test_hostile_tags_of_a_link_are_kept_when_they_are_not_touched(self, world: World) -> None:
        tags = {"a": HOSTILE[1], "-b": HOSTILE[3]}
        await world.seed("one", metadata=MappingProxyType(tags))
        async with program(world) as (app, pilot):
            await press(pilot, "t", "tab", "tab", "enter")
            assert isinstance(app.screen, LinksScreen)
            assert written(world) == []


class TestEdit:
    async def test_only_touched_fields_of_several_are_changed(self, world: World) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "e")
            assert isinstance(app.screen, EditSeveralDialog)
            app.screen.query_one("#limit", Input).value = "5"
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            assert plan.title == "change 2 links: download limit"
            for change in changes_of(world, plan):
                assert change.intent is not None
                assert change.intent.edit == LinkEdit(download_limit=5)

    async def test_an_end_counts_from_each_links_own_beside_the_rest(self, world: World) -> None:
        _, second = await world.seed("one", "two")
        await world.keep(replace(second, expires_at=NOON + 5 * DAY))
        async with program(world) as (app, pilot):
            await press(pilot, "a", "e", *"+1d")
            app.screen.query_one("#limit", Input).value = "none"
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            edits = {one.name: one.intent.edit for one in changes_of(world, plan) if one.intent}
            assert edits == {
                "one": LinkEdit(expires_at=NOON + 4 * DAY, download_limit=None),
                "two": LinkEdit(expires_at=NOON + 6 * DAY, download_limit=None),
            }

    async def test_a_form_that_was_not_touched_stays(self, world: World) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "e", "enter")
            assert "Form is as it was" in "\n".join(drawn(app))

    async def test_what_one_of_the_services_lacks_is_closed_with_the_reason(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        await world.seed("one")
        await seed_at(world, "shop", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "e")
            assert app.screen.query_one("#password", Input).disabled
            assert "Stripe has none; give the link little time" in "\n".join(drawn(app))

    async def test_an_option_that_all_have_is_offered_and_changed(self, world: World) -> None:
        await add_account(world, "box", "liquidfiles")
        await seed_at(world, "box", "one", "two")
        async with program(world, size=(80, 40)) as (app, pilot):
            await press(pilot, "a", "e")
            form = app.screen
            assert "Sign-in" in "\n".join(drawn(app))
            [options] = form.query("OptionFields")
            options.query(Choice).first().action_step(1)
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            [first, _] = changes_of(world, plan)
            assert first.intent is not None
            assert first.intent.edit == LinkEdit(options={"require_authentication": "yes"})

    async def test_a_password_in_the_place_of_another_is_asked_for_twice_and_held(self, world: World) -> None:
        [link] = await world.seed("one", has_password=True)
        async with program(world) as (app, pilot):
            await press(pilot, "e", "tab", "tab", "tab", "right", "tab", *"new", "enter")
            assert "Nothing takes this back." in "\n".join(drawn(app))
            await press(pilot, "enter")
            assert toasts(app) == ["“one” is changed in 10s; u stops it."]
            world.clock.move(seconds=11)
            await drain(world)
            assert written(world) == ["update_link"]
            assert world.link(link.id).has_password


class TestMove:
    async def test_one_link_is_moved_by_a_plan_too(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        file = keep_file(world, 1, "one")
        [link] = await world.seed("one", files=(linked(file.id, file.name),), metadata={"team": "ops"})
        async with program(world) as (app, pilot):
            await press(pilot, "m")
            assert isinstance(app.screen, MoveDialog)
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            assert plan.title == "move “one” to shop"
            [change] = changes_of(world, plan)
            assert change.state is ChangeState.PLANNED
            assert change.intent is not None
            assert change.intent.edit is None
            spec = change.intent.spec
            assert spec is not None
            assert (spec.expires_at, dict(spec.metadata)) == (link.expires_at, {"team": "ops"})

    async def test_the_old_ones_end_where_that_is_wanted(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        file = keep_file(world, 1, "one")
        await world.seed("one", "two", files=(linked(file.id, file.name),))
        async with program(world) as (app, pilot):
            await press(pilot, "a", "m", "shift+tab", "tab", "tab", "right")
            assert "end once the new ones are there" in "\n".join(drawn(app))
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            for change in changes_of(world, plan):
                assert change.intent is not None
                assert change.intent.edit == LinkEdit(expire_now=True)

    async def test_a_password_that_is_written_goes_to_the_links_that_have_one(self, world: World) -> None:
        await add_account(world, "other", "local")
        await world.seed("open", files=(linked("f_1", "open"),))
        await seed_at(world, "local", "guarded", files=(linked("f_1", "guarded"),), has_password=True)
        async with program(world) as (app, pilot):
            await press(pilot, "a", "m")
            app.screen.query_one("#password", Input).value = "s3cret"
            await press(pilot, "enter")
            plan = await plan_shown(app, pilot)
            made = {one.name: one.intent.spec for one in changes_of(world, plan) if one.intent}
            assert {name: spec.password for name, spec in made.items() if spec} == {
                "open": None,
                "guarded": "s3cret",
            }
            assert "s3cret" not in "\n".join(drawn(app))

    async def test_what_is_lost_there_is_said_before(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        file = keep_file(world, 1, "one")
        guarded = {"has_password": True, "download_limit": 3}
        await world.seed("one", "two", files=(linked(file.id, file.name),), **guarded)
        async with program(world) as (app, pilot):
            await press(pilot, "a", "m", "enter")
            said = " ".join(" ".join(drawn(app)).replace("│", " ").split())
            assert "There they have no password (2 links), no download limit (2 links)." in said
            await press(pilot, "enter")
            assert (await plan_shown(app, pilot)).size == 2

    async def test_links_that_cannot_go_are_in_the_plan_with_the_reason(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        file = keep_file(world, 1, "one")
        await world.seed("one", files=(linked(file.id, file.name),))
        await seed_at(world, "local", "over", files=(linked("f_1", "one"),), expires_at=NOON - DAY)
        await seed_at(world, "shop", "there already", files=(linked("f_1", "one"),))
        await seed_at(world, "local", "empty")
        async with program(world) as (app, pilot):
            await press(pilot, "full_stop", "a", "m")
            await press(pilot, "right", "enter")
            plan = await plan_shown(app, pilot)
            why = {change.name: change.error for change in changes_of(world, plan)}
            assert why.pop("one") == ""
            assert why.pop("over") == "It has ended; say when the new link is to end."
            assert "where the link is already" in why.pop("there already")
            assert "holds no file" in why.pop("empty")

    async def test_without_another_account_it_says_how_to_get_one(self, world: World) -> None:
        await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "m")
            assert toasts(app) == ["There is no other account; 4, then n, adds one."]


class TestCopying:
    async def test_addresses_are_copied_in_the_lists_order_not_that_of_the_marks(
        self, world: World, copied: list[str]
    ) -> None:
        links = await world.seed("one", "two", "three")
        async with program(world) as (_, pilot):
            await press(pilot, "G", "space", "g", "space", "y")
            assert copied == [f"{links[0].url}\n{links[2].url}"]

    async def test_several_are_copied_as_a_list_or_a_table(self, world: World, copied: list[str]) -> None:
        one, two = await world.seed('a "b", c', "[/nope]\nx")
        async with program(world) as (_, pilot):
            await press(pilot, "a", "Y", "m", "Y", "v")
            assert copied[0].splitlines() == [
                f'- [a "b", c](<{one.url}>)',
                f"- [\\[/nope\\]\N{REPLACEMENT CHARACTER}x](<{two.url}>)",
            ]
            assert copied[1].splitlines() == [
                "name,url,expires,account",
                f'"a ""b"", c",{one.url},2026-11-24T12:00:00+00:00,local',
                f"[/nope]\N{REPLACEMENT CHARACTER}x,{two.url},2026-11-24T12:00:00+00:00,local",
            ]


class TestFiles:
    async def test_marked_files_get_a_link_each_by_a_plan(self, world: World) -> None:
        files = [keep_file(world, number, f"{number}.pdf") for number in (1, 2)]
        await Files(world.house.database).save(files, seen=NOON)
        async with program(world) as (app, pilot):
            await press(pilot, "2", "tab", "a", "n")
            assert isinstance(app.screen, NewLinkDialog)
            await press(pilot, "shift+tab", "shift+tab", "right", "enter")
            plan = await plan_shown(app, pilot)
            assert plan.title == "link 2 files"
            made = [change.intent for change in changes_of(world, plan) if change.intent]
            assert {(one.name, one.file_ids) for one in made} == {("1.pdf", ("f_1",)), ("2.pdf", ("f_2",))}
            await press(pilot, "y")
            await drain(world)
            assert written(world) == ["create_link"] * 2

    async def test_where_a_link_holds_one_file_each_gets_one(self, world: World) -> None:
        await add_account(world, "shop", "stripe")
        files = [replace(keep_file(world, number, f"{number}.pdf"), account="shop") for number in (1, 2)]
        await Files(world.house.database).save(files, seen=NOON)
        async with program(world) as (app, pilot):
            app.current_account.name = "shop"
            await press(pilot, "2", "tab", "a", "n", "enter")
            assert (await plan_shown(app, pilot)).size == 2

    async def test_an_address_is_for_one_link(self, world: World) -> None:
        files = [keep_file(world, number, f"{number}.pdf") for number in (1, 2)]
        await Files(world.house.database).save(files, seen=NOON)
        async with program(world) as (app, pilot):
            await press(pilot, "2", "tab", "a", "n", "shift+tab", "shift+tab", "right")
            app.screen.query_one("#slug", Input).value = "q3"
            await press(pilot, "enter")
            assert "Address is one link's alone" in "\n".join(drawn(app))


def linked(file_id: str, name: str) -> object:
    from linktui.model.link import LinkedFile

    return LinkedFile(file_id, name, 1000)


async def test_a_hostile_name_is_shown_as_text_wherever_an_act_asks(world: World) -> None:
    name = "".join(HOSTILE[:-1])
    await add_account(world, "shop", "stripe")
    await world.seed(name, files=(linked("f_1", name),))
    async with program(world) as (app, pilot):
        for key in ("x", "X", "d", "t", "e", "m"):
            await press(pilot, key)
            assert app.screen.is_modal, key
            assert all(line.isprintable() for line in drawn(app)), key
            await press(pilot, "escape")
        await press(pilot, "d", "r")
        assert all(line.isprintable() for line in drawn(app))


async def test_the_commands_that_several_links_have_are_in_help_and_palette(world: World) -> None:
    commands = {binding.id for binding in LinksScreen._merge_bindings().key_to_bindings.get("t", [])}
    assert commands == {"tag"}
    async with program(world, size=(100, 60)) as (app, pilot):
        await press(pilot, "question_mark")
        words = "\n".join(drawn(app))
        for sentence in ("Set and remove tags", "Move to another account"):
            assert sentence in words


async def test_a_plan_of_thousands_is_made_while_the_screen_can_draw(world: World) -> None:
    await world.seed(*(f"{number}.pdf" for number in range(1200)))
    async with program(world) as (app, pilot):
        await press(pilot, "a", "X")
        plan = await plan_shown(app, pilot)
        assert plan.size == 1200
        assert toasts(app)[0] == "A plan of 1,200 changes is made …"
