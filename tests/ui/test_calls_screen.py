"""What went over the line is seen with one key, and nothing secret is in it."""

from __future__ import annotations

from linktui.model.call import Call
from linktui.storage.calls import Calls
from linktui.ui.app import LinktuiApp
from linktui.ui.screens.calls import CallsScreen
from linktui.ui.screens.links import LinksScreen
from tests.fakes import NOON
from tests.ui.program import World, drawn, program
from tests.ui.shell import press


def call(path: str, status: int | None = 200) -> Call:
    return Call(
        at=NOON,
        account="local",
        method="GET",
        path=path,
        seconds=0.012,
        status=status,
        request_id="req_1",
        error="" if status else "no connection",
    )


def paths(app: LinktuiApp) -> list[str]:
    screen = app.screen
    assert isinstance(screen, CallsScreen)
    return [call.path for call in screen.list.table.rows]


async def test_calls_are_listed_newest_first_and_filtered(world: World) -> None:
    await Calls(world.house.database).add([call("/v1/files"), call("/v1/file_links", None)])
    async with program(world, size=(120, 30)) as (app, pilot):
        await press(pilot, "at")
        assert paths(app) == ["/v1/file_links", "/v1/files"]
        lines = "\n".join(drawn(app))
        for words in ("no connection", "200", "12 ms", "req_1"):
            assert words in lines
        await press(pilot, "slash", *"files", "enter")
        assert paths(app) == ["/v1/files"]
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, LinksScreen)


async def test_an_empty_list_says_so(world: World) -> None:
    async with program(world) as (app, pilot):
        await press(pilot, "at", "at")
        assert "No calls were made yet." in "\n".join(drawn(app))
        assert len(app.screen_stack) == 2


async def test_hostile_text_is_shown_as_text(world: World) -> None:
    await Calls(world.house.database).add([call("/[/nope]\x1b[2J\u202e")])
    async with program(world) as (app, pilot):
        await press(pilot, "at")
        assert all("\x1b" not in line and "\u202e" not in line for line in drawn(app))
