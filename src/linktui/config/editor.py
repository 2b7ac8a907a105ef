"""Which editor a person writes with, and how it is run in this terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from linktui.model.errors import InvalidInput

launch: Callable[[Sequence[str]], int] = subprocess.call
"""Runs a command in this terminal and returns its exit code, less than 0 for a signal; raises OSError."""
USUAL = ("sensible-editor", "nano", "vim", "vi")


def editor_command(environment: Mapping[str, str] | None = None) -> list[str]:
    """Return the program, with its arguments, that a file's path is to be added to; raises InvalidInput.

    `environment` is the process's by default.
    """
    environment = os.environ if environment is None else environment
    path = environment.get("PATH")
    for name in ("VISUAL", "EDITOR"):
        if environment.get(name, "").strip():
            return _checked(name, environment[name], path)
    found = next((program for program in USUAL if shutil.which(program, path=path)), None)
    if found is None:
        raise InvalidInput("editor", "is not set and none is installed; set $EDITOR to one, such as nano")
    return [found]


def run_editor(command: Sequence[str], path: Path) -> str:
    """Run an editor in this terminal and return why its work does not count, empty when it does.

    It is waited for without a turn of the event loop, which would draw the screen over it.
    """
    try:
        with deaf_to_interrupts():
            code = launch([*command, str(path)])
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return f"“{command[0]}” cannot be started ({why}); set VISUAL or EDITOR to one that is here"
    if not code:
        return ""
    how = f"was stopped by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    return f"{how}, so nothing was changed"


def _checked(name: str, command: str, path: str | None) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidInput(f"${name}", f"has a quote without its other half: {command}") from error
    if not shutil.which(words[0], path=path):
        raise InvalidInput(f"${name}", f"names “{words[0]}”, which is no program here")
    return words


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Leave ^C to the editor. A handler that does nothing is not passed on to it, as SIG_IGN would be."""
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
