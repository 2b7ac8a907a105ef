"""Tell something on this machine's desktop, where there is one that programs of this user can reach."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path

PATIENCE = 10.0
"""Seconds that a desktop gets."""
_SCRIPT = (
    "on run argv",
    'display notification (item 1 of argv) with title "linktui"',
    "end run",
)
"""The text is an argument of it, not a part."""


def desktop_tool(
    environment: Mapping[str, str] | None = None, *, platform: str = sys.platform
) -> Sequence[str] | None:
    """Return the command that takes a text to show as its last argument; None where there is no desktop."""
    environment = os.environ if environment is None else environment
    path = environment.get("PATH")
    if platform == "darwin":
        tool = ["osascript", *(word for line in _SCRIPT for word in ("-e", line))]
    elif _has_session(environment):
        tool = ["notify-send", "--app-name=linktui", "--", "linktui"]
    else:
        return None
    return tool if shutil.which(tool[0], path=path) else None


async def show_on_desktop(tool: Sequence[str], text: str) -> None:
    """Show a text; a desktop that does not take it is no trouble."""
    shown = escape(text, quote=False) if tool[0] == "notify-send" else text  # its body may be marked up
    with suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            *tool,
            shown,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _has_session(environment: Mapping[str, str]) -> bool:
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    return bool(environment.get("DBUS_SESSION_BUS_ADDRESS")) or (
        bool(runtime) and Path(runtime, "bus").exists()
    )
