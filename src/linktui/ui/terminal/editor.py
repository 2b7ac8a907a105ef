"""Hand the terminal to the person's editor for a while."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from linktui.config.editor import editor_command, run_editor
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
