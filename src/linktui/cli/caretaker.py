"""Tidy up after this process, however it ends: by its last line, by a terminal that hangs up, or killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def tidied_after(tidy: Callable[[], None]) -> Iterator[None]:
    """Have another process call `tidy` once this one has left the block or is no more; wait for it if it can.

    To be entered before there are threads, as the other process is a fork.
    """
    waiting, alive = os.pipe()
    caretaker = os.fork()
    if caretaker == 0:
        try:
            os.close(alive)
            _wait(waiting)
            tidy()
        finally:
            os._exit(0)
    os.close(waiting)
    try:
        yield
    finally:
        os.close(alive)
        os.waitpid(caretaker, 0)


def _wait(pipe: int) -> None:
    """Return when nobody holds the other end any more; keep neither the terminal nor its signals."""
    os.setsid()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.read(pipe, 1)
