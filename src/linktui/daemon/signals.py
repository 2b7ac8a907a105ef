"""End by a signal, however busy or idle the event loop is."""

from __future__ import annotations

import asyncio
import signal


def set_on_end(stop: asyncio.Event) -> None:
    """Have SIGTERM and SIGINT set an event of the running loop.

    `loop.add_signal_handler` hears of a signal by a byte through a pipe, and that byte is lost while the
    wake-ups of other threads fill the pipe. A handler of Python's own is called whenever the main thread
    wakes up, which without that byte it may not for minutes if another thread was given the signal. So both.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    # A full pipe wakes the loop as well as one more byte would, and is nothing to print about.
    signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)
