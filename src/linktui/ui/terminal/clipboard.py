"""Copy text to the clipboard: through this machine's own tool, or through the terminal by OSC 52.

OSC 52 reaches the clipboard of the machine the person sits at, over SSH too, but nobody answers: a
terminal may ignore it. So what was sent is called sent, not copied.
https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Operating-System-Commands
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

LARGEST = 74_994
"""Encoded bytes that terminals take in one sequence (hterm's bound, and the usual one since)."""
SCREEN_PIECE = 76
"""Bytes of one DCS string that GNU screen surely passes on."""
PATIENCE = 1.0
"""Seconds a clipboard tool gets."""

SENT = "Sent to the terminal's clipboard."
TOO_LONG = "Not copied: it is more than a terminal's clipboard takes."


def copy(app: App[Any], text: str, mode: str = "auto", *, environ: Mapping[str, str] = os.environ) -> str:
    """Copy `text` and return one sentence that says where it went.

    `mode` is auto (this machine's tool where there is a desktop and no SSH, else the terminal), osc52
    or native.
    """
    if mode != "osc52" and not app.is_web:  # a browser's clipboard is not this machine's
        tool = native_tool(environ)
        if tool is not None and _hand_to(tool, text):
            return f"Copied with {tool[0]}."
        if mode == "native":
            return "Not copied: there is no clipboard tool here (wl-copy, xclip, xsel or pbcopy)."
    sequence = osc52(text)
    if sequence is None:
        return TOO_LONG
    if environ.get("TMUX"):
        # tmux passes the wrapped sequence on only with allow-passthrough; its own command needs no setting.
        _hand_to(("tmux", "load-buffer", "-w", "-"), text)
    driver = app._driver
    if driver is None:
        return "Not copied: there is no terminal."
    driver.write(wrap(sequence, environ))
    return SENT


def osc52(text: str) -> str | None:
    """Return the sequence that sets the terminal's clipboard, or None for a text that is too long."""
    encoded = b64encode(text.encode("utf-8", "replace")).decode("ascii")
    return None if len(encoded) > LARGEST else f"\x1b]52;c;{encoded}\a"


def wrap(sequence: str, environ: Mapping[str, str]) -> str:
    """Return a sequence so that a multiplexer between the program and the terminal passes it on."""
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        pieces = (sequence[at : at + SCREEN_PIECE] for at in range(0, len(sequence), SCREEN_PIECE))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence


def native_tool(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the command that sets this machine's clipboard, or None over SSH and without a desktop."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return None
    candidates: list[tuple[str, ...]] = []
    if sys.platform == "darwin":
        candidates.append(("pbcopy",))
    if environ.get("WAYLAND_DISPLAY"):
        candidates.append(("wl-copy",))
    if environ.get("DISPLAY"):
        candidates += [("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")]
    path = environ.get("PATH")
    return next((tool for tool in candidates if shutil.which(tool[0], path=path)), None)


def _hand_to(command: tuple[str, ...], text: str) -> bool:
    """Give `text` to a command and tell whether it took it."""
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
