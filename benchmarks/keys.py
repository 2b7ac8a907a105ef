"""A program in a pseudo-terminal, and how soon and in how many bytes it answers a key."""

from __future__ import annotations

import os
import select
import time
from dataclasses import dataclass

from tests.e2e.terminal import Terminal

REST = 0.012
"""Seconds without a byte after which an answer is taken for whole."""
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a key led to."""

    seconds: float
    """From the key to the last byte of what it changed."""
    size: int


class Keyboard(Terminal):
    """Strikes keys one by one, each once the answer to the one before is whole."""

    def strike(self, key: str) -> Answer:
        """Press a key and take the time of its answer."""
        self.settle(0.004)
        began = last = time.perf_counter()
        os.write(self._master, key.encode())
        pieces, patience = [], PATIENCE
        while select.select([self._master], [], [], patience)[0]:
            pieces.append(os.read(self._master, 1 << 16))
            last, patience = time.perf_counter(), REST
        self._stream.feed(b"".join(pieces))  # only now: to draw takes longer than to read
        return Answer(last - began, sum(map(len, pieces)))

    def settle(self, rest: float = 0.3, *, most: float = 5.0) -> None:
        """Read until nothing more comes for a while."""
        end = time.monotonic() + most
        while time.monotonic() < end and self._read(rest):
            pass

    def resident(self) -> float:
        """Return the megabytes of memory that the program has now."""
        pages = int(open(f"/proc/{self.pid}/statm").read().split()[1])  # noqa: PTH123, SIM115
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def percentile(answers: list[Answer], percent: int) -> float:
    """Return the milliseconds within which so many of a hundred answers came."""
    times = sorted(answer.seconds * 1000 for answer in answers)
    return times[min(len(times) - 1, len(times) * percent // 100)]
