"""End by a signal, however busy the event loop is."""

from __future__ import annotations

import asyncio
import signal


def set_on_end(stop: asyncio.Event) -> None:
    """Have SIGTERM and SIGINT set an event of the running loop.

    `loop.add_signal_handler` hears of a signal by a byte through a pipe, and that byte is lost while the
    wake-ups of other threads fill the pipe.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
