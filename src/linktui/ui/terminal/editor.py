"""Hand the terminal to the person's editor for a while."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from linktui.config.editor import editor_command
from linktui.model.errors import InvalidInput

CANNOT_LEAVE = "cannot be handed to an editor; x, t and e change the marked links too"


def open_in_editor(app: App[Any], path: Path) -> None:
    """Have a file edited, and return once the editor is closed.

    Raises InvalidInput where the program cannot leave its terminal, and for an editor that does not start or
    says by its exit code that nothing is to be done, as `:cq` of vi does.
    """
    command = editor_command()
    try:
        with app.suspend():  # which takes the terminal back only if nothing is raised in here
            trouble = run_editor(command, path)
    except SuspendNotSupported as error:
        raise InvalidInput("terminal", CANNOT_LEAVE) from error
    if trouble:
        raise InvalidInput("editor", trouble)


def run_editor(command: Sequence[str], path: Path) -> str:
    """Run an editor in this terminal and return why its work does not count, empty when it does.

    It is waited for without a turn of the event loop, which would draw the screen over it.
    """
    try:
        with _deaf_to_interrupts():
            code = subprocess.run([*command, str(path)], check=False).returncode
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return f"“{command[0]}” cannot be started ({why}); set VISUAL or EDITOR to one that is here"
    if not code:
        return ""
    how = f"was stopped by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    return f"{how}, so nothing was changed"


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Leave ^C to the editor. A handler that does nothing is not passed on to it, as SIG_IGN would be."""
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
