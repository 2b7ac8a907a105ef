"""The commands that a person wrote into [commands]: bound to their keys, listed like any other, and run."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported
from textual.binding import Binding
from textual.screen import Screen

from linktui.config import editor
from linktui.config.extensions import CommandSettings
from linktui.model.errors import InvalidInput
from linktui.model.records import Record
from linktui.model.text import clean
from linktui.services.own_commands import Ended, Run, run_command, runs_of, title_of
from linktui.services.shell import SHELL, Outcome, own_fields
from linktui.ui.commands import scope_of
from linktui.ui.key_names import NO_KEY, alike, is_key, key_text, read_keys
from linktui.ui.keymap import Wanted, with_keys

Commands = Mapping[str, CommandSettings]
NOT_HERE = "cannot be handed to a program here"


def bind_commands(screen: Screen[Any], place: str, commands: Commands, wanted: Wanted) -> None:
    """Give a screen the commands that are for it; one whose key is not free stays in the palette alone.

    `wanted` is [keys], which may have freed a key, or taken it.
    """
    taken = _taken(type(screen), wanted)
    own: dict[str, list[Binding]] = {}
    for name, command in commands.items():
        if place in command.on:
            keys = [key for key in _keys(command) if key not in taken]
            taken |= dict.fromkeys(keys, title_of(name, command))
            for key in keys or [NO_KEY]:
                own.setdefault(key, []).append(_binding(name, command, key))
    # Before the screen's own, so that those for the footer have room there.
    screen._bindings.key_to_bindings = own | screen._bindings.key_to_bindings


def troubles(commands: Commands, wanted: Wanted) -> Iterator[str]:
    """Yield a sentence for each key that a command cannot have, or has together with another key."""
    for name, command in commands.items():
        yield from _wrong(name, command)
    for place, screen in _screens({place for command in commands.values() for place in command.on}):
        taken = _taken(screen, wanted)
        for name, command in commands.items():
            if place not in command.on:
                continue
            for key in _keys(command):
                if key in taken:
                    yield (
                        f"[commands.{name}] key “{key_text(key)}” on {place} is “{taken[key]}” already; the"
                        f" palette (:) has it as “{title_of(name, command)}”."
                    )
                else:
                    taken[key] = title_of(name, command)


async def run_on(screen: Screen[Any], name: str, command: CommandSettings, records: Sequence[Record]) -> None:
    """Ask what is to be asked, run a command on what is chosen, and say how it ended."""
    title = title_of(name, command)
    if not records:
        screen.notify(f"“{title}” needs something to be about; nothing is chosen.", markup=False)
        return
    if command.confirm and not await _confirmed(screen, title, command, len(records)):
        return
    match command.show:
        case "output":
            from linktui.ui.dialogs.output import OutputDialog

            screen.app.push_screen(OutputDialog(name, command, records))
            return
        case "terminal":
            ended = _run_in_terminal(screen.app, runs_of(name, command, records), command)
        case _:
            screen.notify(f"“{title}” runs …", timeout=2, markup=False)
            ended = await run_command(name, command, records)
    if ended.failed:
        screen.app.notify(ended.told(title), severity="error", timeout=10, markup=False)
    else:
        screen.app.notify(ended.told(title), markup=False)


async def _confirmed(screen: Screen[Any], title: str, command: CommandSettings, number: int) -> bool:
    from linktui.ui.dialogs.confirm import ConfirmDialog

    times = f" It runs {number:,} times." if command.each and number > 1 else ""
    about = f" It is about {number:,} of them." if not command.each and number > 1 else ""
    question = ConfirmDialog(title, f"{clean(command.confirm)}{times}{about}", action="Run it")
    return await screen.app.push_screen_wait(question)


def _run_in_terminal(app: App[Any], runs: Sequence[Run], command: CommandSettings) -> Ended:
    """Hand the terminal over to a command; it is waited for without a turn of the event loop."""
    outcomes: list[Outcome] = []
    try:
        with app.suspend():
            outcomes += [_in_terminal(run, command) for run in runs]
    except SuspendNotSupported as error:
        raise InvalidInput("terminal", NOT_HERE) from error
    said = [outcome.trouble for outcome in outcomes if outcome.trouble]
    return Ended(runs=len(outcomes), failed=len(said), trouble=said[0] if said else "")


def _in_terminal(run: Run, command: CommandSettings) -> Outcome:
    """Run one start in the terminal: it may stand in another session, so all goes through a private file."""
    with tempfile.TemporaryDirectory(prefix="linktui-") as directory:
        stdin, script = Path(directory, "stdin"), Path(directory, "script")
        stdin.write_text(run.stdin, encoding="utf-8")
        fields = "".join(
            f"export {name}={shlex.quote(value)}\n" for name, value in own_fields(run.environment).items()
        )
        script.write_text(
            f"{fields}exec {SHELL} -c {shlex.quote(command.run)} <{shlex.quote(str(stdin))}\n",
            encoding="utf-8",
            errors="surrogateescape",
        )
        with editor.deaf_to_interrupts():
            try:
                return Outcome(code=editor.launch([SHELL, os.fspath(script)]))
            except OSError as error:
                return Outcome(code=127, err=error.strerror or "the shell cannot be started")


def _binding(name: str, command: CommandSettings, key: str) -> Binding:
    return Binding(
        key,
        f"own_command('{name}')",
        title_of(name, command),
        show=command.footer,
        tooltip=f"{title_of(name, command)}: runs {clean(command.run, limit=60)}",
        id=f"user.{name}",
    )


def _keys(command: CommandSettings) -> list[str]:
    """Return the keys of a command by Textual's names; none where they cannot be read."""
    try:
        return [key for key in read_keys(command.key).split(",") if key]
    except InvalidInput:
        return []


def _wrong(name: str, command: CommandSettings) -> Iterator[str]:
    """Yield what is wrong with the keys of a command wherever it is."""
    try:
        read_keys(command.key)
    except InvalidInput as error:
        said = f"the palette (:) has it as “{title_of(name, command)}”"
        yield f"[commands.{name}] key {clean(error.reason)}; {said}."
    for key in _keys(command):
        if alike(key):
            yield f"[commands.{name}] most terminals send the same for {key_text(key)} and {alike(key)}."


def _taken(screen: type[Screen[Any]], wanted: Wanted) -> dict[str, str]:
    """Return what each key does on a screen already: in its lists, by itself, or everywhere."""
    from linktui.ui.app import LinktuiApp
    from linktui.ui.widgets.rows import Rows

    return {
        key: binding.description
        for node in (LinktuiApp, screen, Rows)
        for key, binding in with_keys(node._merge_bindings(), scope_of(node), wanted)
        if is_key(key)
    }


def _screens(places: set[str]) -> Iterator[tuple[str, type[Screen[Any]]]]:
    """Yield the screens of some places, importing no other."""
    from importlib import import_module

    for place, name in (
        ("links", "LinksScreen"),
        ("detail", "DetailScreen"),
        ("files", "FilesScreen"),
        ("uploads", "UploadsScreen"),
    ):
        if place in places:
            yield place, getattr(import_module(f"linktui.ui.screens.{place}"), name)
