"""Leave at once when the terminal goes away: a hangup signal, or a terminal that cannot be written any more.

Textual handles neither; a program that stays behind an ended SSH session burns a processor for nobody.
Signals that ask for an end while the terminal stays give it back first.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable

LOOK = 1.0
"""Seconds between two looks at whether the terminal is still there."""
GONE = 129
"""The exit code of a program that ended by a hangup: 128 and the signal's number."""


def leave_on_hangup() -> None:
    """End the process on SIGHUP without touching the terminal; nothing is lost, the daemon has the work."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, leave)


def end_when_asked(end: Callable[[int], None]) -> None:
    """Have SIGINT and SIGTERM call `end` with the exit code of a program that ended by them.

    asyncio's own way with SIGINT is to cancel the program's task, which may go unheard:
    https://github.com/python/cpython/issues/86296
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, end, 128 + number)


def leave() -> None:
    """End the process now: every fact is committed already, and there is no screen to restore."""
    os._exit(GONE)


async def watch_terminal(is_gone: Callable[[], bool] | None = None) -> None:
    """Leave once the terminal has gone without a signal, as inside some multiplexers and containers."""
    is_gone = is_gone or terminal_is_gone
    while not is_gone():  # noqa: ASYNC110 - nobody sets an event when a terminal goes away
        await asyncio.sleep(LOOK)
    leave()


def terminal_is_gone() -> bool:
    """Tell whether the terminal on stdin has been closed on the other side."""
    try:
        # Not its foreground group, which is told to no process of another session, as a warm face is.
        termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
    except (OSError, termios.error):
        return True
    return False
