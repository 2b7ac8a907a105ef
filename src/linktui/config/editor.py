"""Which editor a person writes with."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping

from linktui.model.errors import InvalidInput

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


def _checked(name: str, command: str, path: str | None) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidInput(f"${name}", f"has a quote without its other half: {command}") from error
    if not shutil.which(words[0], path=path):
        raise InvalidInput(f"${name}", f"names “{words[0]}”, which is no program here")
    return words
