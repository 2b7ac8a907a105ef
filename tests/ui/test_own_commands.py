"""Commands of the user's own stand on the screens like any other, and run."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.widgets import Log, Static

from linktui.config import editor
from linktui.config.extensions import NotifySettings
from linktui.config.loading import load_settings
from linktui.storage.errands import Errands
from linktui.ui.dialogs.output import OutputDialog
from linktui.ui.screens.help import HelpScreen
from linktui.ui.terminal.notice import tell_terminal
from linktui.ui.widgets.key_line import KeyLine
from tests.fakes import NOON
from tests.services.test_hooks import HOUR, Stand
from tests.ui.program import World, program, toasts
from tests.ui.shell import press, settle

END = "2026-11-24T12:00:00Z"
EXAMPLES = Path(__file__).parents[2] / "docs/examples"


def with_commands(world: World, text: str) -> World:
    """Have the commands of a configuration file."""
    path = world.house.locations.config / "linktui.toml"
    path.write_text(text)
    world.house.services.own_commands = load_settings(path).commands
    return world


async def test_the_examples_of_the_docs_run_from_their_keys(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curl = tmp_path / "bin/curl"  # which writes down what it was to send
    curl.parent.mkdir()
    curl.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{tmp_path}/sent\n')
    curl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{curl.parent}:{EXAMPLES}:{os.environ['PATH']}")
    monkeypatch.setenv("TICKETS", "https://tickets.example/")
    await world.seed("b $(c).pdf", "a.pdf")
    with_commands(world, (EXAMPLES / "commands.toml").read_text())
    async with program(world, size=(160, 30)) as (app, pilot):
        assert "^t Post to the ticket" in str(app.screen.query_one(KeyLine).render())
        await press(pilot, "a", "ctrl+t")
        assert "It runs 2 times." in str(app.screen.query(Static).first().render())
        await press(pilot, "n")
        assert not (tmp_path / "sent").exists()
        await press(pilot, "ctrl+t", "y")
        assert toasts(app)[-1] == "“Post to the ticket” is done, 2 times."
        assert [line for line in (tmp_path / "sent").read_text().splitlines() if "body" in line] == [
            f"body={link.name}, until {END}: {link.url}" for link in world.provider.links.values()
        ]
        await press(pilot, "ctrl+e")
        assert isinstance(app.screen, OutputDialog)
        said = [line.split(maxsplit=1) for line in app.screen.query_one(Log).lines if line]
        assert said == [[END, "b $(c).pdf"], [END, "a.pdf"]]
        assert str(app.screen.query_one("#how", Static).render()) == "“Ends, to paste” is done, 2 times."
        await press(pilot, "escape", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert any("Look into the JSON" in one.words.plain for one in app.screen.found(""))


async def test_esc_stops_a_command_and_then_closes_what_it_said(world: World) -> None:
    await world.seed("a.pdf")
    with_commands(
        world, '[commands.long]\nkey = "f12"\nshow = "output"\nrun = "printf \'\\\\033[31mone\'; sleep 60"\n'
    )
    async with program(world) as (app, pilot):
        await pilot.press("f12")
        async with asyncio.timeout(60):
            while not (isinstance(app.screen, OutputDialog) and app.screen._partial):
                await pilot.pause()
        await pilot.press("enter", "escape")
        await settle(pilot)
        assert isinstance(app.screen, OutputDialog)
        assert app.screen.query_one(Log).lines[0] == "\ufffd[31mone"
        assert str(app.screen.query_one("#how", Static).render()) == "It was stopped."
        await press(pilot, "escape")
        assert not isinstance(app.screen, OutputDialog)


async def test_a_key_that_is_taken_is_said_and_the_terminal_is_handed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts: list[str] = []

    def launch(command: Sequence[str]) -> int:
        scripts.append(Path(command[1]).read_text())
        return 3

    monkeypatch.setattr(editor, "launch", launch)
    [link] = await world.seed("it's; rm -rf.pdf")
    with_commands(world, '[commands.shell]\nkey = "y,F12"\nshow = "terminal"\nrun = "less"\n')
    async with program(world) as (app, pilot):
        world.house.services.keys.save("refresh", "f12")
        app.take_keys()
        await settle(pilot)
        assert any("key “F12” on links is “Look again” already" in toast for toast in toasts(app))
        world.house.services.keys.remove("refresh")
        app.take_keys()
        [said] = [toast for toast in toasts(app) if "“y” on links" in toast]
        assert "key “y” on links is “Copy URL” already" in said
        await press(pilot, "f12")
        assert "cannot be handed to a program here" in toasts(app)[-1]  # as none is in a test
        monkeypatch.setattr(app, "suspend", pytest.MonkeyPatch.context)
        await press(pilot, "f12")
        assert toasts(app)[-1] == "“shell” ended with code 3."
    [script] = scripts
    assert "export LINKTUI_NAME='it'\"'\"'s; rm -rf.pdf'\n" in script
    assert f"export LINKTUI_URL={link.url}\n" in script
    assert script.splitlines()[-1].startswith("exec /bin/sh -c less </")


async def test_what_is_to_be_told_is_said_on_the_screen_and_to_the_terminal_alike(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("linktui.ui.terminal.notice.tell_terminal", lambda app, text, mode: told.append(text))
    stand = Stand(world.house, world.provider, world.clock, tmp_path / "out")
    stand.wished = ({}, NotifySettings())
    await stand.keep(name="a.pdf", created_at=NOON - 9 * HOUR, expires_at=NOON + HOUR / 2)

    async def leave(errands: Errands) -> None:
        """Leave it to a screen, as the daemon does while one is open."""

    async with program(world) as (app, pilot):
        await stand.runner(leave).drain()
        while not told:
            await pilot.pause()
        assert told == ["“a.pdf” ends in 30m."]
        assert told[0] in toasts(app)


def test_a_terminal_gets_a_sequence_that_it_knows_or_none() -> None:
    class Driver:
        said = ""

        def write(self, text: str) -> None:
            self.said += text

    class App:
        _driver = Driver()

    app = App()
    for term in ("linux", "dumb", ""):
        tell_terminal(app, "x", environ={"TERM": term})  # type: ignore[arg-type]
    tell_terminal(app, "x", "off", environ={"TERM": "xterm"})  # type: ignore[arg-type]
    assert len(app._driver.said) == 0
    tell_terminal(app, "a\x1b]0;b\a", environ={"TERM": "xterm-kitty"})  # type: ignore[arg-type]
    assert app._driver.said == "\x1b]9;linktui: a\ufffd]0;b\ufffd\x1b\\"
