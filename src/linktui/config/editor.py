"""The editor that a person's environment names."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Mapping

from linktui.model.errors import InvalidInput

_USUAL = ("sensible-editor", "nano", "vim", "vi")


def editor_command(
    environment: Mapping[str, str] | None = None, *, which: Callable[[str], str | None] = shutil.which
) -> list[str]:
    """Return the words that open the editor: of $VISUAL, else $EDITOR, else one that is usual.

    Raises InvalidInput when there is none.
    """
    environment = os.environ if environment is None else environment
    for name in ("VISUAL", "EDITOR"):
        named = environment.get(name, "").strip()
        if named:
            return _words(name, named)
    found = next((name for name in _USUAL if which(name)), None)
    if found is None:
        raise InvalidInput("editor", "is not to be found; set EDITOR, such as EDITOR=nano")
    return [found]


def _words(name: str, named: str) -> list[str]:
    try:
        return shlex.split(named)
    except ValueError as error:
        raise InvalidInput(f"${name}", f"cannot be read as a command: {error}") from error
