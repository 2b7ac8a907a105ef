"""Fault 39 on the screens: what is secret is in no picture of them, and goes to no clipboard by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input

from linktui import ui
from linktui.providers.registry import kind_of
from linktui.ui.dialogs.account import AccountDialog
from tests.ui.program import open_world, program
from tests.ui.shell import settle
from tests.ui.stage import Stage, share

CANARY = "canary-pass-word"
SLUG = "kCanaryCanaryCanaryCanA"
URL = f"http://127.0.0.1:8460/l/{SLUG}"


def account() -> Screen[Any]:
    return AccountDialog([("stripe", kind_of("stripe"))])


def test_fault_39_every_field_for_a_secret_is_one_that_keeps_it() -> None:
    files = Path(ui.__path__[0]).rglob("*.py")
    assert [path.stem for path in files if "password=True" in path.read_text()] == ["secret_input"]


@pytest.mark.parametrize("dialog", [share, account])
async def test_fault_39_what_is_typed_as_a_secret_is_in_no_picture_and_on_no_clipboard(
    dialog: Callable[[], Screen[Any]],
) -> None:
    stage = Stage(dialog)
    async with stage.run_test(size=(80, 40)) as pilot:
        [field] = [one for one in stage.screen.query(Input) if one.password]
        field.focus()
        await pilot.press(*CANARY)
        assert field.value == CANARY
        for keys in (("ctrl+c",), ("super+c",), ("ctrl+insert",), ("ctrl+x",)):
            field.value = CANARY
            field.action_select_all()
            await pilot.press(*keys)
            assert stage.clipboard == ""
        field.value = CANARY
        await pilot.pause()
        assert CANARY not in stage.export_screenshot()


async def test_fault_39_no_picture_of_a_screen_holds_an_address_that_was_not_asked_for(
    tmp_path: Path,
) -> None:
    world = open_world(tmp_path)
    [link] = await world.seed("report.pdf", url=URL)
    async with program(world, size=(140, 40)) as (app, pilot):

        async def picture(*keys: str) -> str:
            await pilot.press(*keys)
            await settle(pilot)
            return app.export_screenshot()

        assert "report.pdf" in await picture("1")
        for keys in (("2",), ("3",), ("4",), ("1",), ("H",), ("escape",), ("at",), ("escape",), ("enter",)):
            assert SLUG not in await picture(*keys), keys
        assert SLUG in await picture("v")
        assert link.url == URL
        assert not app.ENABLE_COMMAND_PALETTE, "Textual's own offers to save pictures of the screen"
        assert app.clipboard == ""
    written = [path for path in tmp_path.rglob("*") if path.is_file() and SLUG.encode() in path.read_bytes()]
    assert {path.name.partition("-")[0] for path in written} <= {"linktui.db"}
