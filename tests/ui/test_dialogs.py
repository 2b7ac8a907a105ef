from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Button, Input, TextArea

from linktui.config.settings import DefaultSettings
from linktui.model.errors import Conflict, InvalidInput
from linktui.model.link import KEEP, LinkEdit, LinkKind
from linktui.model.transfer import OnConflict, TransferState
from linktui.services.transfers import Order
from linktui.ui.dialogs.bandwidth import BandwidthDialog, parse_rate
from linktui.ui.dialogs.conflict import ConflictChoice, ConflictDialog
from linktui.ui.dialogs.copy_as import CopyAsDialog
from linktui.ui.dialogs.edit_link import EditLinkDialog
from linktui.ui.dialogs.edit_several import EditSeveralDialog
from linktui.ui.dialogs.expiry import ExpiryDialog, ExpiryOfSeveralDialog
from linktui.ui.dialogs.move import MoveDialog
from linktui.ui.dialogs.new_link import NewLink, NewLinkDialog
from linktui.ui.dialogs.qr import QrDialog
from linktui.ui.dialogs.tags import TagsDialog
from linktui.ui.widgets import expiry_input
from linktui.ui.widgets.expiry_input import ExpiryChoice
from linktui.ui.widgets.field import Field
from tests.ui.samples import ACCOUNT, FILE, HOSTILE, LIMITS, LINK, NOW, POOR, POOR_ACCOUNT, at_now, transfer
from tests.ui.stage import OPEN, Stage, answer_of, settle, share, words_of


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry_input, "time", SimpleNamespace(monotonic=lambda: 0.0))


EVERY: dict[str, Callable[[], Screen[Any]]] = {
    "share": share,
    "new link": partial(NewLinkDialog, (FILE,), (ACCOUNT,), DefaultSettings(), NOW),
    "expiry": partial(ExpiryDialog, "End", now=NOW, current=None, limits=LIMITS),
    "edit": partial(EditLinkDialog, LINK, LIMITS, NOW),
    "expiry of several": partial(ExpiryOfSeveralDialog, "End", now=NOW),
    "tags": partial(TagsDialog, "Tags", LINK.metadata),
    "edit several": partial(EditSeveralDialog, 12, LIMITS, NOW),
    "move": partial(MoveDialog, [LINK] * 3, (ACCOUNT, POOR_ACCOUNT), NOW),
    "copy as": partial(CopyAsDialog, [LINK], {}, at_now),
    "conflict": partial(ConflictDialog, transfer(1, TransferState.CONFLICT), others=2),
    "bandwidth": partial(BandwidthDialog, None),
    "qr": partial(QrDialog, LINK),
}


async def test_the_field_one_is_in_stays_in_sight_when_the_terminal_gets_small() -> None:
    stage = Stage(share)
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab")
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert stage.focused is not None
        assert stage.screen.query_one("#form").content_region.contains_region(stage.focused.region)


@pytest.mark.parametrize("name", EVERY)
async def test_escape_leaves_every_dialog_without_an_answer(name: str) -> None:
    assert await answer_of(EVERY[name], "escape") is None


@pytest.mark.parametrize("name", EVERY)
async def test_every_dialog_fits_the_smallest_terminal(name: str) -> None:
    stage = Stage(EVERY[name])
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        box = stage.screen.children[0].region
        assert stage.screen.region.contains_region(box)
        assert stage.screen.children[0].max_scroll_y == 0


class TestExpiry:
    async def test_the_moment_that_is_meant_is_said_while_typing(self) -> None:
        stage = Stage(partial(ExpiryDialog, "End", now=NOW, current=None, limits=LIMITS))
        async with stage.run_test() as pilot:
            await pilot.press(*"13d5h")
            assert "Fri 2026-12-04 17:00:00 (UTC), in 13d 5h" in words_of(stage)

    async def test_plus_counts_from_the_present_end(self) -> None:
        current = NOW + timedelta(days=2)
        dialog = partial(ExpiryDialog, "End", now=NOW, current=current, limits=LIMITS)
        assert await answer_of(dialog, *"+7d", "enter") == ExpiryChoice(current + timedelta(days=7), "+7d")

    async def test_down_goes_through_the_presets(self) -> None:
        dialog = partial(ExpiryDialog, "End", now=NOW, current=None, limits=LIMITS)
        answer = await answer_of(dialog, "down", "down", "enter")
        assert answer == ExpiryChoice(NOW + timedelta(days=1), "1d")

    async def test_never_is_an_answer_of_its_own(self) -> None:
        dialog = partial(ExpiryDialog, "End", now=NOW, current=None, limits=LIMITS)
        assert await answer_of(dialog, "up", "enter") == ExpiryChoice(None, "never")

    @pytest.mark.parametrize(
        ("typed", "limits", "word"),
        [
            ("soonish", LIMITS, "not understood"),
            ("2020-01-01", LIMITS, "past"),
            ("never", POOR, "within a year"),
        ],
    )
    async def test_what_cannot_be_used_is_said_and_stays(self, typed: str, limits: Any, word: str) -> None:
        stage = Stage(partial(ExpiryDialog, "End", now=NOW, current=None, limits=limits))
        async with stage.run_test() as pilot:
            await pilot.press(*typed, "enter")
            await pilot.pause()
            assert stage.answer is OPEN
            assert stage.screen.query_one(Input).value == typed
            assert word in words_of(stage)


class TestShare:
    async def test_enter_at_once_orders_the_defaults(self) -> None:
        order = await answer_of(lambda: share(Path("/etc/passwd")), "enter")
        assert order == Order(account="local", paths=(Path("/etc/passwd"),), share=order.share)
        assert order.share.expires_at == NOW + timedelta(days=7)
        assert order.share.kind is LinkKind.DOWNLOAD

    async def test_every_field_comes_into_the_order(self) -> None:
        stage = Stage(lambda: share(Path("/a"), Path("/b")))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("shift+tab", "right")  # one for all files
            await pilot.press("tab", "tab", "right")  # view
            await pilot.press("tab", *"s3cret", "tab", "5", "tab", *"q3", "tab", *"team=ops")
            await pilot.click("#accept")
            await settle(pilot)
        order = stage.answer
        assert order.one_link
        assert order.share.kind is LinkKind.VIEW
        assert (order.share.password, order.share.download_limit, order.share.slug) == ("s3cret", 5, "q3")
        assert order.share.metadata == {"team": "ops"}

    async def test_without_a_link_there_are_no_link_fields_and_no_link(self) -> None:
        stage = Stage(lambda: share(Path("/etc/passwd")))
        async with stage.run_test() as pilot:
            await pilot.press("shift+tab", "right")
            await pilot.pause()
            assert not stage.screen.query_one("LinkFields").display
            await pilot.press("enter")
        assert stage.answer.share is None

    async def test_only_a_folder_asks_about_folders(self, tmp_path: Path) -> None:
        order = await answer_of(lambda: share(tmp_path), "shift+tab", "right", "enter")
        assert order.zip_folders
        assert not (await answer_of(lambda: share(Path("/etc/passwd")), "enter")).zip_folders

    async def test_what_the_service_cannot_do_is_closed_and_says_why(self) -> None:
        stage = Stage(lambda: share(accounts=(POOR_ACCOUNT,)))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            closed = {field.key for field in stage.screen.query(Field) if not field.query("Input:enabled")}
            assert {"password", "download limit", "address"} <= closed
            assert "it makes the addresses itself" in words_of(stage)

    async def test_another_account_opens_what_it_can_do(self) -> None:
        stage = Stage(lambda: share(accounts=(POOR_ACCOUNT, ACCOUNT)))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("shift+tab", "shift+tab", "right")
            await pilot.pause()
            assert not stage.screen.query_one("#password", Input).disabled
            assert "it makes the addresses itself" not in words_of(stage)

    async def test_a_wrong_number_is_said_below_its_field_and_nothing_typed_is_lost(self) -> None:
        stage = Stage(share)
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("tab", "tab", *"pw", "tab", *"many", "enter")
            await pilot.pause()
            assert stage.answer is OPEN
            assert "Download limit has to be a number" in words_of(stage)
            assert stage.screen.query_one("#password", Input).value == "pw"
            assert stage.focused is stage.screen.query_one("#limit")

    async def test_a_refused_order_leaves_the_dialog_open_with_the_reason(self) -> None:
        async def refuse(order: Order) -> None:
            raise InvalidInput("file", "“a” is larger than the 5 bytes allowed here")

        stage = Stage(lambda: share(act=refuse))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("tab", "tab", *"pw", "enter")
            await settle(pilot)
            assert stage.answer is OPEN
            assert "larger than the 5 bytes" in words_of(stage)
            assert stage.screen.query_one("#password", Input).value == "pw"
            assert not stage.screen.query_one("#accept", Button).disabled

    async def test_a_password_is_never_shown(self) -> None:
        stage = Stage(share)
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("tab", "tab", *"hunter2")
            await pilot.pause()
            assert "hunter2" not in stage.export_screenshot()

    async def test_a_hostile_name_is_shown_as_text(self) -> None:
        stage = Stage(lambda: share(Path("/x", "".join(HOSTILE).replace("/", "∕"))))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert all(line.isprintable() for line in words_of(stage).splitlines())


class TestNewLink:
    async def test_enter_makes_a_link_to_the_files(self) -> None:
        answer = await answer_of(partial(NewLinkDialog, (FILE,), (ACCOUNT,), DefaultSettings(), NOW), "enter")
        assert isinstance(answer, NewLink)
        assert answer.file_ids == ("f1",)
        assert answer.spec.kind is LinkKind.DOWNLOAD

    async def test_without_files_it_is_an_upload_link(self) -> None:
        answer = await answer_of(partial(NewLinkDialog, (), (ACCOUNT,), DefaultSettings(), NOW), "enter")
        assert answer.spec.kind is LinkKind.UPLOAD
        assert answer.file_ids == ()


class TestEdit:
    async def test_saving_at_once_changes_nothing(self) -> None:
        assert await answer_of(partial(EditLinkDialog, LINK, LIMITS, NOW), "enter") == LinkEdit()

    async def test_only_what_was_changed_is_in_the_answer(self) -> None:
        answer = await answer_of(
            partial(EditLinkDialog, LINK, LIMITS, NOW), "end", *" v2", "tab", *"+1d", "enter"
        )
        end = LINK.expires_at
        assert end is not None
        assert answer == LinkEdit(name="report.pdf v2", expires_at=end + timedelta(days=1))

    async def test_now_ends_the_link(self) -> None:
        answer = await answer_of(partial(EditLinkDialog, LINK, LIMITS, NOW), "tab", *"now", "enter")
        assert answer == LinkEdit(expire_now=True)

    async def test_a_password_can_be_taken_away(self) -> None:
        dialog = partial(EditLinkDialog, replace(LINK, has_password=True), LIMITS, NOW)
        answer = await answer_of(dialog, "tab", "tab", "tab", "left", "enter")
        assert answer == LinkEdit(password=None)

    async def test_a_password_can_be_replaced(self) -> None:
        dialog = partial(EditLinkDialog, replace(LINK, has_password=True), LIMITS, NOW)
        answer = await answer_of(dialog, "tab", "tab", "tab", "right", "tab", *"new", "enter")
        assert answer == LinkEdit(password="new")

    async def test_a_line_of_metadata_taken_out_takes_the_key_away(self) -> None:
        stage = Stage(partial(EditLinkDialog, LINK, LIMITS, NOW))
        async with stage.run_test(size=(80, 24)) as pilot:
            stage.screen.query_one(TextArea).text = "team=sales"
            await pilot.click("#accept")
            await settle(pilot)
        assert stage.answer == LinkEdit(metadata={"team": "sales", "ticket": None})

    async def test_hostile_names_and_metadata_are_kept_when_they_are_not_touched(self) -> None:
        link = replace(LINK, name=HOSTILE[0] + HOSTILE[3], metadata={"a": HOSTILE[2]}, slug="")
        answer = await answer_of(partial(EditLinkDialog, link, LIMITS, NOW), "enter")
        assert answer == LinkEdit()
        assert answer.metadata is KEEP

    async def test_an_address_that_is_taken_leaves_what_was_typed(self) -> None:
        async def refuse(edit: LinkEdit) -> None:
            raise Conflict("This address is taken")

        stage = Stage(partial(EditLinkDialog, LINK, LIMITS, NOW, act=refuse))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("end", *" v2", "enter")
            await settle(pilot)
            assert stage.answer is OPEN
            assert "This address is taken." in words_of(stage)
            assert stage.screen.query_one("#name", Input).value == "report.pdf v2"


class TestMenus:
    async def test_a_letter_copies_in_that_form(self) -> None:
        assert (await answer_of(partial(CopyAsDialog, [LINK], {}, at_now), "m")).name == "markdown"

    async def test_enter_copies_the_form_under_the_cursor(self) -> None:
        assert (
            await answer_of(partial(CopyAsDialog, [LINK, LINK], {}, at_now), "j", "k", "enter")
        ).name == "url"

    async def test_a_template_of_ones_own_has_a_letter_and_a_preview(self) -> None:
        templates = {"chat": "{name} » {url}", "[ticket]": "{tag.ticket}", "urgent": "{left}"}
        stage = Stage(partial(CopyAsDialog, [LINK], templates, at_now))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.press("end", "up", "up")
            await settle(pilot)
            assert f"report.pdf » {LINK.url}" in words_of(stage)
            await pilot.press("t")
            await settle(pilot)
        assert stage.answer.write([LINK], at_now) == "A-12"

    async def test_a_conflict_is_settled_for_one(self) -> None:
        dialog = partial(ConflictDialog, transfer(1, TransferState.CONFLICT), others=2)
        assert await answer_of(dialog, "r") == ConflictChoice(OnConflict.REUSE, for_all=False)

    async def test_a_conflict_is_settled_for_all(self) -> None:
        dialog = partial(ConflictDialog, transfer(1, TransferState.CONFLICT), others=2)
        assert await answer_of(dialog, "tab", "right", "s") == ConflictChoice(OnConflict.SKIP, for_all=True)


class TestBandwidth:
    @pytest.mark.parametrize(
        ("text", "rate"),
        [
            ("2MB", 2_000_000),
            ("500k", 500_000),
            ("1.5 MiB/s", 1_572_864),
            ("0", 0),
            ("none", 0),
            ("4096", 4096),
        ],
    )
    def test_a_rate_is_read_as_people_write_it(self, text: str, rate: int) -> None:
        assert parse_rate(text) == rate

    @pytest.mark.parametrize("text", ["fast", "-1", "2 parsec", "0.1", "1e9"])
    def test_what_is_no_rate_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidInput):
            parse_rate(text)

    async def test_the_rate_is_the_answer(self) -> None:
        assert await answer_of(partial(BandwidthDialog, None), *"2MB", "enter") == 2_000_000


class TestQr:
    async def test_fault_40_an_address_longer_than_any_code_is_only_shown(self) -> None:
        link = replace(LINK, url="https://files.test/" + "w" * 10_000)
        stage = Stage(partial(QrDialog, link))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "too long for a QR code" in words_of(stage)
            assert link.url in words_of(stage)

    async def test_a_code_without_room_says_what_it_takes(self) -> None:
        dialog = partial(QrDialog, replace(LINK, url="https://files.test/" + "w" * 200))
        needs = "QR code needs 57 columns and 29 rows; there are 78 and 22 here."
        for size, said in (((80, 24), needs), ((80, 24), "`linktui links qr l1 -o"), ((120, 50), "█" * 61)):
            stage = Stage(dialog)
            async with stage.run_test(size=size) as pilot:
                await pilot.pause()
                assert said in words_of(stage)

    async def test_the_full_address_is_there_to_read(self) -> None:
        stage = Stage(partial(QrDialog, LINK))
        async with stage.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert LINK.url in words_of(stage)


async def test_a_new_end_that_means_a_new_address_says_so_before() -> None:
    limits = replace(LIMITS, new_address="The link gets another address.")
    for given, said in ((limits, True), (LIMITS, False)):
        stage = Stage(partial(ExpiryDialog, "End", now=NOW, current=None, limits=given))
        async with stage.run_test() as pilot:
            await settle(pilot)
            assert ("another address" in words_of(stage)) is said
