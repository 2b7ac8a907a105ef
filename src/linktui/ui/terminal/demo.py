"""Hand the terminal to the demo, a program of its own with a home of its own, until it is left."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from textual.app import App, SuspendNotSupported

from linktui.model.errors import InvalidInput

CANNOT_LEAVE = "cannot be handed to the demo; `linktui demo` opens it"


def open_demo(app: App[Any]) -> None:
    """Return once the demo is closed; raises InvalidInput where it cannot be opened, or ended badly.

    It is waited for without a turn of the event loop, which would draw the screen over it.
    """
    try:
        with app.suspend():
            code = subprocess.run((sys.executable, "-m", "linktui", "demo"), check=False).returncode
    except SuspendNotSupported as error:
        raise InvalidInput("terminal", CANNOT_LEAVE) from error
    if code:
        raise InvalidInput("demo", f"ended with code {code}; `linktui demo` says why")
