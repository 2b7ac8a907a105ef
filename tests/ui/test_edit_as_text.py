"""E hands links to the person's own editor, and what is written becomes a plan."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from linktui.model.change import Intent
from linktui.model.errors import InvalidInput
from linktui.model.link import Link, LinkEdit
from linktui.services.house import Services
from linktui.ui.screens.links import LinksScreen
from linktui.ui.terminal import editor
from linktui.ui.terminal.editor import run_editor
from tests.ui.acting import changes_of, plan_shown
from tests.ui.program import World, links_of, program, toasts
from tests.ui.shell import press

OpenEditor = Callable[[Path], Awaitable[None]]


class Sheets:
    """Writes nothing: what is edited is what the test says."""

    def __init__(self, path: Path, make: Callable[[Sequence[Link]], list[Intent] | None]) -> None:
        self._path = path
        self._make = make
        self.edited: list[Link] = []

    async def edit(self, links: Sequence[Link], open_editor: OpenEditor) -> list[Intent] | None:
        await open_editor(self._path)
        self.edited = list(links)
        return self._make(links)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were opened, in the place of an editor."""
    paths: list[Path] = []

    def note(app: object, path: Path) -> None:
        paths.append(path)

    monkeypatch.setattr(editor, "open_in_editor", note)
    return paths


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor is set."""
    monkeypatch.setenv("VISUAL", "true")


def take_sheets(world: World, sheets: Sheets) -> Sheets:
    vars(world.house.services)["sheets"] = sheets
    return sheets


def longer(services: Services) -> Callable[[Sequence[Link]], list[Intent]]:
    planner = services.plans.planner()
    return lambda links: [planner.extended(link, "7d") for link in links]


async def test_what_is_written_becomes_a_plan_that_is_shown(
    world: World, opened: list[Path], tmp_path: Path
) -> None:
    links = await world.seed("one", "two", "three")
    sheets = take_sheets(world, Sheets(tmp_path / "links.txt", longer(world.house.services)))
    async with program(world) as (app, pilot):
        await press(pilot, "space", "space", "E")
        plan = await plan_shown(app, pilot)
        assert opened == [tmp_path / "links.txt"]
        assert sheets.edited == links[:2]
        assert (plan.title, plan.size) == ("edit 2 links as text", 2)
        assert "update_link" not in world.provider.calls
        await press(pilot, "escape")
        assert links_of(app).marked == 2


async def test_one_link_is_a_plan_too(world: World, opened: list[Path], tmp_path: Path) -> None:
    await world.seed("[/nope]")
    take_sheets(world, Sheets(tmp_path, longer(world.house.services)))
    async with program(world) as (app, pilot):
        await press(pilot, "E")
        assert (await plan_shown(app, pilot)).title == "edit “[/nope]” as text"


async def test_the_real_text_goes_to_the_editor_and_comes_back_as_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, two = await world.seed("one.pdf", "two.pdf")

    def rename(app: object, path: Path) -> None:
        path.write_text(path.read_text().replace("two.pdf", "renamed.pdf"))

    monkeypatch.setattr(editor, "open_in_editor", rename)
    async with program(world) as (app, pilot):
        await press(pilot, "a", "E")
        [change] = changes_of(world, await plan_shown(app, pilot))
        assert change.intent is not None
        assert change.subject == two.id
        assert change.intent.edit == LinkEdit(name="renamed.pdf")


async def test_no_draft_stays_where_the_terminal_cannot_be_handed_over(world: World, command: None) -> None:
    await world.seed("one")
    async with program(world) as (app, pilot):
        await press(pilot, "E")
        assert toasts(app)[0].startswith("Terminal cannot be handed to an editor")
        assert list(world.house.locations.sheets.glob("*")) == []


@pytest.mark.parametrize("nothing", [None, []])
async def test_nothing_written_is_said(
    world: World, opened: list[Path], tmp_path: Path, nothing: list[Intent] | None
) -> None:
    await world.seed("one")
    take_sheets(world, Sheets(tmp_path, lambda links: nothing))
    async with program(world) as (app, pilot):
        await press(pilot, "E")
        assert toasts(app) == ["Nothing was changed."]
        assert isinstance(app.screen, LinksScreen)


async def test_a_terminal_that_cannot_be_handed_over_is_said(
    world: World, tmp_path: Path, command: None
) -> None:
    await world.seed("one")
    take_sheets(world, Sheets(tmp_path, lambda links: None))
    async with program(world) as (app, pilot):
        await press(pilot, "E")
        assert toasts(app)[0].startswith("Terminal cannot be handed to an editor")


def script(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "editor.py"
    path.write_text(text)
    return [*shlex.split(f"{sys.executable}"), str(path)]


def test_an_editor_gets_the_file_and_its_work_counts(tmp_path: Path) -> None:
    path = tmp_path / "links.txt"
    command = script(tmp_path, "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('x')")
    assert run_editor(command, path) == ""
    assert path.read_text() == "x"


def test_an_editor_that_gives_up_changes_nothing(tmp_path: Path) -> None:
    assert run_editor(script(tmp_path, "raise SystemExit(3)"), tmp_path) == (
        "ended with code 3, so nothing was changed"
    )


def test_an_editor_that_is_interrupted_changes_nothing(tmp_path: Path) -> None:
    text = "import os, signal; signal.signal(2, signal.SIG_DFL); os.kill(os.getpid(), 2)"
    assert run_editor(script(tmp_path, text), tmp_path) == "was stopped by SIGINT, so nothing was changed"


def test_an_editor_that_is_not_there_says_what_to_set(tmp_path: Path) -> None:
    said = run_editor(["no-such-editor-here"], tmp_path)
    assert "“no-such-editor-here” cannot be started" in said
    assert "set VISUAL or EDITOR" in said


def test_an_interrupt_is_the_editors_alone(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    text = f"import os, signal; os.kill({os.getpid()}, signal.SIGINT)"
    assert run_editor(script(tmp_path, text), tmp_path) == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_the_terminal_is_taken_back_when_the_editor_fails(
    tmp_path: Path, command: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    class App:
        @contextmanager
        def suspend(self) -> Any:
            steps.append("left")
            yield
            steps.append("taken back")

    monkeypatch.setattr(editor, "run_editor", lambda command, path: "ended with code 1")
    with pytest.raises(InvalidInput):
        editor.open_in_editor(App(), tmp_path)  # type: ignore[arg-type]
    assert steps == ["left", "taken back"]
