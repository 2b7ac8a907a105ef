"""A real pseudo-terminal with the real program in it, and eyes to read its screen with."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Self

import pyte

PATIENCE = 60.0

# What a modern terminal answers when a program asks what it can do.
_ANSWERS = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
}
NO_ANSWERS: Mapping[bytes, bytes] = MappingProxyType({})
# Sequences that pyte does not know and would print.
_UNKNOWN = re.compile(rb"\x1b\[[<>=?][0-9;]*[$a-zA-Z][a-z]?|\x1bP[^\x1b]*\x1b\\|\x1b\[[0-9;]*t")


class Terminal:
    """One program in a terminal of its own; a context manager that kills it at the end."""

    def __init__(
        self,
        command: list[str],
        *,
        environment: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        answers: Mapping[bytes, bytes] = NO_ANSWERS,
    ) -> None:
        """`answers` are to what not every terminal answers."""
        self._answers = _ANSWERS | dict(answers)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.written = bytearray()
        """Every byte the program wrote."""
        self.written_at = time.perf_counter()
        """When the last of them came."""
        pid, self._master = pty.fork()
        if pid == 0:
            # As a terminal's program finds it, however the tests themselves were started.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            os.execvpe(command[0], command, dict(environment))
        self.pid = pid
        self._status: int | None = None
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.exit_code() is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    @property
    def text(self) -> str:
        """What the screen shows now, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Type keys or text; `Enter`, `Esc`, `Tab` and `Space` are said by name."""
        named = {"Enter": "\r", "Esc": "\x1b", "Tab": "\t", "Space": " ", "Down": "\x1b[B", "Up": "\x1b[A"}
        for key in keys:
            os.write(self._master, named.get(key, key).encode())
            self._read(0.05)

    def wait_for(self, *texts: str, patience: float = PATIENCE) -> None:
        """Read the screen until it shows every text."""
        self.wait_until(lambda screen: all(text in screen for text in texts), f"{texts}", patience=patience)

    def wait_until(
        self, holds: Callable[[str], bool], what: str = "it", *, patience: float = PATIENCE
    ) -> None:
        """Read the screen until something holds of it."""
        end = time.monotonic() + patience
        while not holds(self.text):
            assert time.monotonic() < end, f"never saw {what} on:\n{self.text}"
            assert self._read(0.1) or self.exit_code() is None, f"ended before {what} on:\n{self.text}"

    def wait_for_exit(self, *, patience: float = PATIENCE) -> int:
        """Wait until the program ends and return its exit code."""
        end = time.monotonic() + patience
        while (code := self.exit_code()) is None:
            assert time.monotonic() < end, f"did not end:\n{self.text}"
            self._read(0.05)
        return code

    def exit_code(self) -> int | None:
        """Return the exit code, or None while the program runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return None if self._status is None else os.waitstatus_to_exitcode(self._status)

    def wait_for_quiet(self, seconds: float = 0.5) -> None:
        """Read until the program has written nothing for a while."""
        while self._read(seconds):
            pass

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal under the program, as a lost connection does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _read(self, patience: float) -> bool:
        if self._master < 0:
            time.sleep(patience)
            return False
        ready, _, _ = select.select([self._master], [], [], patience)
        if not ready:
            return False
        try:
            piece = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self.written_at = time.perf_counter()
        self.written += piece
        for question, answer in self._answers.items():
            if question in piece:
                os.write(self._master, answer)
        self._stream.feed(_UNKNOWN.sub(b"", piece))
        return bool(piece)
