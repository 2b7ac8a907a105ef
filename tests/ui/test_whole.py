"""A screen is painted first when it is whole, and Textual's own way is left where its insides are others."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from linktui.ui.terminal.whole import WholeScreen
from tests.ui.eyes import Eyes
from tests.ui.program import World, drawn
from tests.ui.shell import press, settle

SIZE = (120, 40)
LARGE = 1_000


async def frames_of_the_start(world: World) -> Eyes:
    """Open the program before a terminal in memory, and return what that was sent."""
    eyes = Eyes(*SIZE)
    app = world.app()
    app.line.out = eyes.take
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.pause()
        assert eyes.lines == drawn(app)
    return eyes


async def test_the_first_frame_is_the_whole_screen_and_the_only_large_one(world: World) -> None:
    await world.seed("report.pdf", "notes.txt")
    eyes = await frames_of_the_start(world)
    large = [frame for frame in eyes.frames if len(frame) > LARGE]
    assert large == eyes.frames[:1]
    assert all(words in large[0] for words in ("linktui", "report.pdf", "2/2", "Help"))


@pytest.mark.parametrize("hook", ["_extend_compose", "_compositor_refresh"])
async def test_without_a_hook_of_textuals_the_same_is_painted(
    world: World, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.seed("report.pdf", "notes.txt")
    known = (await frames_of_the_start(world)), (await frames_of_the_start(world))
    assert known[0].cells == known[1].cells
    monkeypatch.setattr(WholeScreen, hook, getattr(Screen, hook))
    assert (await frames_of_the_start(world)).cells == known[0].cells


async def test_every_screen_is_painted_when_it_is_come_to(world: World) -> None:
    await world.seed("report.pdf")
    app = world.app()
    async with app.run_test(size=SIZE) as pilot:
        for key, words in (("2", "Name"), ("3", "Nothing"), ("4", "local"), ("1", "report")):
            await go(pilot, key)
            assert words in "\n".join(drawn(app)), key


async def go(pilot: Pilot[None], key: str) -> None:
    await press(pilot, key)
    await pilot.pause()
