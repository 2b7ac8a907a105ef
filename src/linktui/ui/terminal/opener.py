"""Hand an address to the desktop's own opener, where somebody sits at a desktop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from threading import Thread


def open_elsewhere(address: str, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the desktop took the address; over SSH and without a desktop it is not asked."""
    opener = _opener(environ)
    if opener is None:
        return False
    try:
        process = subprocess.Popen(
            (opener, address),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    # It may stay as long as what it opens; whoever waits for it lets it go when it ends.
    Thread(target=process.wait, name="opener", daemon=True).start()
    return True


def _opener(environ: Mapping[str, str]) -> str | None:
    """Return the desktop's opener, or None."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return None
    if sys.platform == "darwin":
        return "open"
    at_desktop = environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY")
    return shutil.which("xdg-open", path=environ.get("PATH")) if at_desktop else None
