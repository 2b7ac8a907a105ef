"""Hand the terminal to the person's editor for a while."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from linktui.config.editing import run_editor
from linktui.model.errors import InvalidInput

if TYPE_CHECKING:
    from textual.app import App


def open_in_editor(app: App[Any], path: Path) -> None:
    """Have a file edited, and return once the editor is closed.

    Raises SuspendNotSupported where the program cannot leave its terminal, and InvalidInput for an editor
    that does not start or says by its exit code that nothing is to be done, as `:cq` of vi does.
    """
    command = cast(Any, import_module("linktui.config.editor")).editor_command()
    with app.suspend():  # which takes the terminal back only if nothing is raised in here
        trouble = run_editor(command, path)
    if trouble:
        raise InvalidInput("editor", trouble)
