"""Keep a process beside the daemon that holds every import and forks faces (`linktui.warm`)."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

AFTER = 2.0
"""Seconds until the daemon starts it: a face that is just opening needs the processor."""
LOOK = 60.0
"""Seconds between two looks at whether it is there."""


async def keep_warm(directory: Path) -> None:
    """Have the process run until this task is cancelled; it then lets nobody in, and ends with its last face.

    `directory` is where its socket is to be. It is of use on Linux alone.
    """
    if sys.platform != "linux":
        return
    await asyncio.sleep(AFTER)
    lifeline, ours = os.pipe2(os.O_CLOEXEC)
    try:
        pid = _start(directory, lifeline)
        while True:
            await asyncio.sleep(LOOK)
            if os.waitpid(pid, os.WNOHANG)[0]:  # noqa: ASYNC222 - it does not wait
                pid = _start(directory, lifeline)
    finally:
        # The process ends when this pipe does, so however the daemon dies.
        os.close(ours)
        os.close(lifeline)


def _start(directory: Path, lifeline: int) -> int:
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "linktui.warm", str(directory)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, lifeline, 0)],
        setsid=True,
    )
