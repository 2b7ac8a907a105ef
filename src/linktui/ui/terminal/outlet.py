"""The way out to the terminal: at once what it takes at once, the rest by Textual's writing thread.

That thread comes to write only when the loop next waits, which is milliseconds after a key's answer is drawn.
A terminal of a file description of our own may refuse bytes without the shell's own being changed for that.
"""

from __future__ import annotations

import os
from collections.abc import Callable


class Outlet:
    """Where Textual's writing thread writes, and the loop before it; `took` is told how far it has come."""

    def __init__(self, descriptor: int, took: Callable[[int], None]) -> None:
        self._descriptor = descriptor
        self._took = took
        self._total = 0
        self._left = 0
        """Bytes handed to the thread so far, by the loop."""
        self._written = 0
        """Those of them that it wrote."""
        self._own: int | None = None

    def open(self) -> None:
        """Take the terminal, at the start and after something else had it."""
        self.close()
        self._own = _open_again(self._descriptor)

    def send(self, data: bytes) -> bytes:
        """Write what the terminal takes at once, and return the rest, which is the thread's to write."""
        if self._own is None or self._left != self._written:
            self._left += len(data)
            return data
        try:
            taken = os.write(self._own, data)
        except OSError:
            taken = 0
        self._total += taken
        self._took(self._total)
        self._left += len(data) - taken
        return data[taken:]

    def write(self, data: bytes) -> None:
        """Write all of what is left; blocks for as long as it takes."""
        whole = len(data)
        while data:
            data = data[os.write(self._descriptor, data) :]
        self._total += whole
        self._took(self._total)
        self._written += whole

    def flush(self) -> None:
        """Do nothing: all is written."""

    def fileno(self) -> int:
        """Return the terminal's descriptor."""
        return self._descriptor

    def close(self) -> None:
        """Let go of what is our own."""
        if self._own is not None:
            os.close(self._own)
            self._own = None


def _open_again(descriptor: int) -> int | None:
    """Return a descriptor of the same terminal that never blocks, or None where there is none to be had."""
    try:
        again = os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None  # such as one of another container, or of another user
    if os.path.sameopenfile(descriptor, again):
        return again
    os.close(again)
    return None
