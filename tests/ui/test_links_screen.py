from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from linktui.config.loading import load_settings
from linktui.model.link import Link, LinkKind, LinkState
from linktui.services.links import LinkService
from linktui.storage.accounts import Accounts
from linktui.storage.link_rows import link_of
from linktui.storage.links import Links
from linktui.storage.listing import Listing
from linktui.storage.survey import Survey
from linktui.storage.words import Words
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.confirm import ConfirmDialog
from linktui.ui.dialogs.edit_link import EditLinkDialog
from linktui.ui.dialogs.qr import QrDialog
from linktui.ui.messages import LinksChanged
from linktui.ui.screens.detail import DetailScreen
from linktui.ui.widgets.filter_tabs import FilterTabs
from tests.fakes import NOON
from tests.ui.program import DAY, World, drawn, links_of, program, shown, toasts
from tests.ui.shell import press, settle

THREE = ("pear.pdf", "apple.pdf", "plum.zip")


async def look_again(pilot: Pilot[None]) -> None:
    pilot.app.screen.post_message(LinksChanged())
    await settle(pilot)


def counts(app: LinktuiApp) -> str:
    return str(links_of(app).border_subtitle)


class TestShowing:
    async def test_the_newest_link_is_on_top(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, _):
            assert shown(app) == list(THREE)
            assert counts(app) == "3/3"

    async def test_ended_links_are_shown_only_when_asked_for(self, world: World) -> None:
        await world.seed("alive.txt")
        await world.seed("over.txt", created_at=NOON - 9 * DAY, expires_at=NOON - DAY)
        async with program(world) as (app, pilot):
            assert shown(app) == ["alive.txt"]
            await press(pilot, "full_stop")
            assert shown(app) == ["alive.txt", "over.txt"]
            assert "ended too" in str(links_of(app).border_title)
            await press(pilot, "full_stop")
            assert shown(app) == ["alive.txt"]

    async def test_a_link_that_ends_leaves_by_itself(self, world: World) -> None:
        await world.seed("soon.txt", expires_at=NOON + timedelta(seconds=30))
        await world.seed("later.txt", created_at=NOON - DAY)
        async with program(world) as (app, _):
            world.clock.move(seconds=31)
            links_of(app)._on_tick()
            assert shown(app) == ["later.txt"]

    async def test_the_time_left_reads_on_and_wakes_when_it_changes_next(self, world: World) -> None:
        await world.seed("soon.txt", expires_at=NOON + timedelta(seconds=30))
        async with program(world) as (app, _):
            before = links_of(app)._cells._left(links_of(app).current).text
            world.clock.move(seconds=1)
            links_of(app)._on_tick()
            assert links_of(app)._cells._left(links_of(app).current).text != before
            assert links_of(app)._tick is not None

    async def test_what_another_process_wrote_is_shown(self, world: World) -> None:
        await world.seed("first.txt")
        async with program(world) as (app, pilot):
            await world.seed("second.txt", created_at=NOON + DAY)
            await look_again(pilot)
            assert shown(app) == ["second.txt", "first.txt"]
            assert links_of(app).current.name == "first.txt"

    async def test_an_empty_list_says_what_to_press(self, world: World) -> None:
        await world.look()
        async with program(world) as (app, _):
            assert "2 shows your files: u there shares one." in said_when_empty(app)

    async def test_a_list_never_looked_at_says_so(self, world: World) -> None:
        async with program(world) as (app, _):
            assert "Not looked at yet" in said_when_empty(app)

    async def test_an_empty_list_says_why_the_service_could_not_be_asked(self, world: World) -> None:
        await Accounts(world.house.database).failed("local", error="The daemon is not running.")
        async with program(world) as (app, _):
            assert said_when_empty(app) == "The daemon is not running.\nR looks again."

    async def test_a_hundred_thousand_links_cost_no_more_than_a_screenful(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linktui.ui.widgets.marked_links.SMALL", 100)
        await world.seed(*(f"{number:04}.txt" for number in range(1_000)), expires_at=None)
        read: list[int] = []

        def note(row: Any) -> Link:
            read.append(row[0])
            return link_of(row)

        monkeypatch.setattr("linktui.storage.listing.link_of", note)
        async with program(world) as (app, pilot):
            assert counts(app) == "1000/1000"
            await press(pilot, "G")
            assert links_of(app).table.cursor == 999
            assert links_of(app).current.name == "0999.txt"
            await press(pilot, *["pageup"] * 4)
            assert links_of(app).current.name == f"{999 - 4 * 19:04}.txt"
            assert len(links_of(app).table._drawn) < 60
            assert len(read) < 400

    async def test_a_long_list_stays_where_it_is_while_others_change_it(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linktui.ui.widgets.marked_links.SMALL", 10)
        await world.seed(*(f"{number:04}.txt" for number in range(300)), expires_at=None)
        async with program(world) as (app, pilot):
            await press(pilot, *["pagedown"] * 5)
            current, before = links_of(app).current.name, rows_of(app)
            await world.seed(
                *(f"new {number}" for number in range(7)), created_at=NOON + DAY, expires_at=None
            )
            await look_again(pilot)
            assert counts(app) == "307/307"
            assert links_of(app).current.name == current
            assert rows_of(app) == before
            await press(pilot, "g")
            assert links_of(app).current.name.startswith("new")

    async def test_links_of_a_state_are_kept_together_in_the_order_chosen(self, world: World) -> None:
        await world.seed("b", "d", expires_at=NOON + timedelta(hours=1))
        await world.seed("a", "c", expires_at=None)
        async with program(world) as (app, pilot):
            await press(pilot, "s", "n", "b", "s")
            assert shown(app) == ["b", "d", "a", "c"]
            assert counts(app) == "4/4 · by name ↑ · states together"
            await press(pilot, "b", "n")
            assert shown(app) == ["a", "b", "c", "d"]

    async def test_what_a_rare_word_finds_in_a_long_list_is_all_there(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linktui.ui.widgets.marked_links.SMALL", 10)
        await world.seed(*(f"{number:04}.txt" for number in range(300)), expires_at=None)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"name:0299")
            assert (shown(app), counts(app)) == (["0299.txt"], "1/300")
            await press(pilot, *"x")
            assert said_when_empty(app).startswith("No link matches.")

    async def test_a_rare_word_is_found_before_all_is_gone_through(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linktui.ui.widgets.marked_links.SMALL", 10)
        await world.seed(*(f"invoice {number:04}.txt" for number in range(300)), expires_at=None)
        index = Words(world.house.database)
        while index.behind:
            await index.read_some()

        async def survey(*_: object) -> Survey:
            return await asyncio.Event().wait()  # type: ignore[return-value]

        async with program(world) as (app, pilot):
            monkeypatch.setattr(world.house.services.links, "survey", survey)
            monkeypatch.setattr("linktui.storage.words.MOST", 5)
            monkeypatch.setattr(Listing, "first", lambda *_: ([], False))
            await pilot.press("slash", *"0299")
            assert (shown(app), counts(app)) == (["invoice 0299.txt"], "…")


def rows_of(app: LinktuiApp) -> list[str]:
    """Return the rows that are drawn, without the scroll bar beside them."""
    return [line[:-3] for line in drawn(app)[3:-3]]


def said_when_empty(app: LinktuiApp) -> str:
    return str(links_of(app).query_one(".pane--state", Static).render())


class TestFinding:
    async def test_the_list_follows_the_filter_as_it_is_typed(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"pl")
            assert shown(app) == ["apple.pdf", "plum.zip"]
            await press(pilot, *"um")
            assert shown(app) == ["plum.zip"]
            assert counts(app) == "1/3"
            await press(pilot, "enter")
            assert app.focused is links_of(app).table
            assert shown(app) == ["plum.zip"]
            await press(pilot, "escape")
            assert shown(app) == list(THREE)

    async def test_a_filter_that_is_typed_again_takes_the_place_of_the_old_one(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"plum", "enter", "slash", *"ap", "enter")
            assert links_of(app).typed.text == "ap"

    async def test_escape_in_the_filter_line_takes_it_away(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"plum", "escape")
            assert shown(app) == list(THREE)
            assert app.focused is links_of(app).table

    async def test_a_wrong_filter_is_pointed_at_and_the_rows_stay_those_of_the_last_right_one(
        self, world: World
    ) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"plum (x")
            assert shown(app) == ["plum.zip"]
            line = next(at for at, text in enumerate(drawn(app)) if "plum (x" in text)
            assert drawn(app)[line + 1].index("^") == drawn(app)[line].index("(")
            assert "“(” is not closed" in drawn(app)[line + 2]
            await press(pilot, *["backspace"] * 3)
            assert "^" not in "".join(drawn(app))
            assert shown(app) == ["plum.zip"]

    async def test_a_filter_that_speaks_of_states_shows_ended_links(self, world: World) -> None:
        await world.seed("alive.txt")
        await world.seed("over.txt", created_at=NOON - 9 * DAY, expires_at=NOON - DAY)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"state:expired")
            assert shown(app) == ["over.txt"]

    async def test_a_filter_without_a_match_says_how_to_get_rid_of_it(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"zzz")
            assert "Esc takes the filter away" in said_when_empty(app)

    async def test_a_column_is_chosen_by_its_letter(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "s", "n")
            assert shown(app) == sorted(THREE)
            assert "by name ↑" in counts(app)

    async def test_the_order_is_turned_around(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "comma")
            assert shown(app) == list(reversed(THREE))

    async def test_a_click_on_a_title_sorts_and_again_turns_around(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await pilot.click(links_of(app).table, offset=(3, 0))
            assert shown(app) == sorted(THREE)
            await pilot.click(links_of(app).table, offset=(3, 0))
            assert shown(app) == sorted(THREE, reverse=True)

    async def test_the_cursor_stays_on_its_link_when_the_order_changes(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "G", "comma")
            assert links_of(app).current.name == "plum.zip"


class TestMarking:
    async def test_space_marks_and_goes_on(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "space", "space")
            assert [link.name for link in links_of(app).chosen] == ["pear.pdf", "apple.pdf"]
            assert counts(app) == "3/3, 2 marked"

    async def test_v_marks_from_where_it_was_first_pressed(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "v")
            assert "v ends the range" in counts(app)
            await press(pilot, "G", "v")
            assert links_of(app).marked == 3

    async def test_shift_and_an_arrow_mark_both_rows(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "shift+down")
            assert links_of(app).marked == 2
            assert links_of(app).current.name == "apple.pdf"

    async def test_all_are_marked_turned_around_and_cleared(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "a")
            assert links_of(app).marked == 3
            await press(pilot, "A")
            assert links_of(app).marked == 0
            await press(pilot, "A", "escape")
            assert links_of(app).marked == 0
            assert counts(app) == "3/3"

    async def test_marks_survive_filter_sort_and_a_new_look(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "space", "slash", *"plum", "enter", "s", "n")
            await look_again(pilot)
            assert counts(app).startswith("1/3, 1 marked")
            assert [link.name for link in links_of(app).chosen] == ["pear.pdf"]

    async def test_escape_takes_the_filter_before_the_marks(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "space", "slash", *"p", "enter", "escape")
            assert links_of(app).marked == 1
            await press(pilot, "escape")
            assert links_of(app).marked == 0

    async def test_the_border_says_how_many_marked_links_are_not_shown(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "space", "slash", *"plum", "enter", "a")
            assert counts(app) == "1/3, 2 marked, 1 not shown"
            await press(pilot, "A")
            assert counts(app) == "1/3, 1 marked, 1 not shown"
            await press(pilot, "escape")
            assert counts(app) == "3/3, 1 marked"

    async def test_a_marked_link_that_is_gone_does_not_count(self, world: World) -> None:
        first, _, _ = await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "a")
            await Links(world.house.database).part("local", [first.id], at=NOON)
            await look_again(pilot)
            assert counts(app) == "2/3, 2 marked"
            assert [link.name for link in links_of(app).chosen] == ["apple.pdf", "plum.zip"]

    async def test_a_range_goes_on_after_sorting_and_begins_anew_when_its_start_is_filtered_away(
        self, world: World
    ) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "v", "s", "n", "g", "v")
            assert sorted(link.name for link in links_of(app).chosen) == ["apple.pdf", "pear.pdf"]
            await press(pilot, "escape", "G", "v", "slash", *"apple", "enter", "v")
            assert links_of(app).marked == 0
            assert "v ends the range" in counts(app)

    async def test_all_that_match_are_marked_without_reading_the_links(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await world.seed(*(f"{number}.txt" for number in range(500)))
        async with program(world) as (app, pilot):
            read: list[int] = []
            whole = LinkService.by_numbers

            def by_numbers(self: LinkService, numbers: list[int]) -> list[Link]:
                read.append(len(numbers))
                return whole(self, numbers)

            monkeypatch.setattr(LinkService, "by_numbers", by_numbers)
            await press(pilot, "a")
            assert counts(app) == "500/500, 500 marked"
            assert max(read, default=0) <= 200
            assert len(links_of(app).chosen) == 500


class TestTabs:
    async def test_there_are_no_tabs_until_a_filter_is_saved(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            assert not app.screen.query_one(FilterTabs).display
            await press(pilot, "tab", "S")
            assert toasts(app) == ["Type a filter first (/); S then makes it a tab."]

    async def test_a_filter_is_saved_as_a_tab_and_stays_in_the_file(self, world: World) -> None:
        await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"name:pl", "enter", "S")
            await press(pilot, *"Plums", "enter")
            assert tabs(app) == "All [Plums]"
            assert shown(app) == ["apple.pdf", "plum.zip"]
            assert links_of(app).typed.text == ""
            saved = load_settings(world.house.locations.settings_file).filters
            assert dict(saved) == {"Plums": "name:pl"}

    async def test_tab_goes_round_and_what_is_typed_narrows_further(self, world: World) -> None:
        await world.seed(*THREE)
        world.house.services.filters.save("Pdf", "name:pdf")
        world.house.services.filters.save("P", "pear OR plum")
        async with program(world) as (app, pilot):
            await press(pilot, "tab")
            assert (tabs(app), shown(app)) == ("All [Pdf] P", ["pear.pdf", "apple.pdf"])
            await press(pilot, "slash", *"apple", "enter")
            assert shown(app) == ["apple.pdf"]
            await press(pilot, "escape", "tab")
            assert (tabs(app), shown(app)) == ("All Pdf [P]", ["pear.pdf", "plum.zip"])
            await press(pilot, "tab")
            assert tabs(app) == "[All] Pdf P"
            await press(pilot, "shift+tab")
            assert tabs(app) == "All Pdf [P]"

    async def test_a_filter_that_narrows_a_tab_is_saved_with_it(self, world: World) -> None:
        await world.seed(*THREE)
        world.house.services.filters.save("P", "pear OR plum")
        async with program(world) as (app, pilot):
            await press(pilot, "tab", "slash", *"zip", "enter", "S", *"Zips", "enter")
            assert world.house.services.filters.all()["Zips"].text == "(pear OR plum) zip"
            assert shown(app) == ["plum.zip"]

    async def test_a_tab_is_chosen_by_a_click(self, world: World) -> None:
        await world.seed(*THREE)
        world.house.services.filters.save("Pdf", "name:pdf")
        async with program(world) as (app, pilot):
            await pilot.click(FilterTabs, offset=(9, 0))
            assert tabs(app) == "All [Pdf]"

    async def test_a_tab_is_renamed_and_removed(self, world: World) -> None:
        await world.seed(*THREE)
        world.house.services.filters.save("Pdf", "name:pdf")
        async with program(world) as (app, pilot):
            await press(pilot, "tab", "S", "r", "end", *"s", "enter")
            assert tabs(app) == "All [Pdfs]"
            await press(pilot, "S", "d")
            assert not app.screen.query_one(FilterTabs).display
            assert shown(app) == list(THREE)
            assert dict(load_settings(world.house.locations.settings_file).filters) == {}

    async def test_a_name_that_is_taken_is_asked_for_twice_and_a_wrong_filter_said(
        self, world: World
    ) -> None:
        world.house.services.filters.save("Pdf", "name:pdf")
        async with program(world) as (app, pilot):
            await press(pilot, "slash", *"plum", "enter", "S", *"Pdf", "enter")
            assert world.house.services.filters.all()["Pdf"].text == "name:pdf"
            await press(pilot, "tab", "end", *" (", "enter")
            assert "cannot be read at character 6" in "".join(drawn(app))
            await press(pilot, "backspace", "backspace", "enter", "enter")
            assert world.house.services.filters.all()["Pdf"].text == "plum"

    @pytest.mark.parametrize("size", [(80, 24), (40, 12)])
    async def test_many_tabs_stay_on_one_line_with_the_current_one_in_sight(
        self, world: World, size: tuple[int, int]
    ) -> None:
        names = [f"Filter number {number}" for number in range(12)]
        for name in names:
            world.house.services.filters.save(name, "pear")
        async with program(world, size=size) as (app, pilot):
            for name in names:
                await press(pilot, "tab")
                line = tabs(app)
                assert f"[{name}]" in line
                assert len(line) <= size[0]
            assert line.startswith("…")
            assert not line.endswith("…")


def tabs(app: LinktuiApp) -> str:
    """Return the line of tabs as it is drawn."""
    line = next(text for text in drawn(app) if "[" in text and "]" in text)
    return " ".join(line.split())


class TestActing:
    async def test_y_copies_one_address_a_line(self, world: World, copied: list[str]) -> None:
        links = await world.seed(*THREE)
        async with program(world) as (app, pilot):
            await press(pilot, "y", "a", "y")
            assert copied == [links[0].url, "\n".join(link.url for link in links)]
            assert toasts(app) == ["Sent to the terminal's clipboard."] * 2

    async def test_expiring_now_begins_on_cancel(self, world: World) -> None:
        [link] = await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "X")
            assert isinstance(app.screen, ConfirmDialog)
            assert isinstance(app.focused, Button)
            assert app.focused.id == "no"
            await press(pilot, "enter")
            assert world.link(link.id).state(NOON).alive
            await press(pilot, "X", "y")
            assert world.link(link.id).state(NOON) is LinkState.EXPIRED
            assert toasts(app) == ["“one” has ended."]

    async def test_e_changes_one_link(self, world: World) -> None:
        [link] = await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "e")
            assert isinstance(app.screen, EditLinkDialog)
            app.screen.query(Input).first().value = "renamed"
            await press(pilot, "enter")
            assert world.link(link.id).name == "renamed"
            assert shown(app) == ["renamed"]

    async def test_n_makes_an_upload_link(self, world: World) -> None:
        async with program(world) as (app, pilot):
            await press(pilot, "n", "enter")
            [link] = world.provider.links.values()
            assert link.kind is LinkKind.UPLOAD
            assert shown(app) == [link.name]

    async def test_enter_opens_the_link(self, world: World) -> None:
        await world.seed("one")
        async with program(world) as (app, pilot):
            await press(pilot, "enter")
            assert isinstance(app.screen, DetailScreen)

    async def test_r_has_the_daemon_ask(self, world: World) -> None:
        async with program(world) as (app, pilot):
            await press(pilot, "R")
            assert Accounts(world.house.database).asked("local") == NOON
            assert toasts(app) == ["Asked; the list follows."]

    async def test_several_links_open_in_the_browser(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []

        def browse(url: str) -> bool:
            opened.append(url)
            return True

        monkeypatch.setattr("linktui.ui.terminal.opener.open_elsewhere", browse)
        links = await world.seed("one", "two")
        async with program(world) as (_, pilot):
            await press(pilot, "a", "o")
            assert opened == [link.url for link in links]

    async def test_more_links_than_a_browser_should_get_are_refused(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr("linktui.ui.terminal.opener.open_elsewhere", opened.append)
        await world.seed(*"abcdef")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "o")
            assert opened == []
            assert toasts(app) == ["o opens 5 links at most; 6 are marked."]

    async def test_an_address_that_is_none_of_the_web_is_not_opened(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr("linktui.ui.terminal.opener.open_elsewhere", opened.append)
        await world.seed("one", url="file:///etc/passwd")
        async with program(world) as (app, pilot):
            await press(pilot, "o")
            assert opened == []
            assert toasts(app) == ["Only a web address is opened."]

    async def test_the_qr_code_is_of_one_link(self, world: World) -> None:
        await world.seed("one", "two")
        async with program(world) as (app, pilot):
            await press(pilot, "a", "Q")
            assert toasts(app) == ["Q shows one link; 2 are marked."]
            await press(pilot, "escape", "Q")
            assert isinstance(app.screen, QrDialog)
