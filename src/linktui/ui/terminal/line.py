"""The line to the terminal: what went over it, and whether it is slow.

Nobody tells a program how fast its terminal is. But a terminal that is asked something answers in the time
that the way there and back takes, behind all that was written before; and what it does not take stays here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Any

WINDOW = 5.0
"""Seconds over which a rate is taken."""
SLOW_ANSWER = 0.3
"""Seconds to an answer from which on a line is slow."""
QUICK_ANSWER = 0.1
"""Seconds to an answer up to which it is not."""
SURE_SLOW = 2
SURE_QUICK = 3
"""Answers in a row that it takes to believe it."""
STUCK = 0.5
"""Seconds that the terminal may take for one frame."""
ASK_BYTES = 2_000
"""Bytes after which the terminal is asked again: an idle line stays idle."""
ASK_SECONDS = 1.0
SLOW_FRAME = 0.25
"""Seconds between two frames on a slow line."""
LOOK = 0.02
"""Seconds until it is looked again whether the terminal took the last frame."""


class Mode(StrEnum):
    """When a line is taken for slow: when it is, always, or never."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Line:
    """One line; times are seconds of `now`."""

    def __init__(
        self,
        mode: Mode = Mode.AUTO,
        *,
        now: Callable[[], float] = time.monotonic,
        out: Callable[[str], None] | None = None,
    ) -> None:
        """`out` takes what is painted in the place of a terminal's driver."""
        self.out = out
        self.on_change: Callable[[], None] = lambda: None
        """Called when the line turns out to be slow, or not to be."""
        self.shown = False
        """Whether somebody wants to see what goes over it."""
        self.total = 0
        """Bytes written so far."""
        self._now = now
        self._mode = mode
        self._slow = mode is Mode.ON
        self._taken = 0
        self._written: deque[tuple[float, int]] = deque()
        self._frame_at = -SLOW_FRAME
        self._asked_at: float | None = None
        self._asked_total = 0
        self._slow_answers = self._quick_answers = 0

    @property
    def mode(self) -> Mode:
        """When it is taken for slow."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self._slow_answers = self._quick_answers = 0
        if mode is not Mode.AUTO:
            self._turn(slow=mode is Mode.ON)

    @property
    def slow(self) -> bool:
        """Whether there are to be fewer frames, and coarser words."""
        return self._slow

    @property
    def rate(self) -> float:
        """Bytes a second over the last few seconds."""
        self._drop_old()
        return sum(size for _, size in self._written) / WINDOW

    def note(self, size: int) -> None:
        """Note bytes that were handed over to be written."""
        self.total += size
        self._drop_old()
        self._written.append((self._now(), size))

    def took(self, total: int) -> None:
        """Note how many of all bytes the terminal has taken so far; may be called in any thread."""
        self._taken = total

    def wait(self) -> float:
        """Return the seconds until a frame may be written; 0 is now.

        A frame that has to wait for the one before is joined with those that follow: what is late is never
        what was long ago.
        """
        now = self._now()
        if self._taken < self.total:
            if now - self._frame_at > STUCK:
                self._weigh(now - self._frame_at)
            return LOOK
        return max(0.0, self._frame_at + SLOW_FRAME - now) if self._slow else 0.0

    def began_frame(self) -> None:
        """Note that a frame is being written."""
        self._frame_at = self._now()

    @property
    def to_ask(self) -> bool:
        """Whether the terminal is to be asked something, to see how long its answer takes."""
        if self._mode is not Mode.AUTO or self.total - self._asked_total < ASK_BYTES:
            return False
        return self._asked_at is None or self._now() - self._asked_at > ASK_SECONDS

    def asked(self) -> None:
        """Note that the terminal is asked something."""
        self._asked_at, self._asked_total = self._now(), self.total

    def answered(self, seconds: float) -> None:
        """Note how long an answer took."""
        self._weigh(seconds)

    def _weigh(self, seconds: float) -> None:
        if self._mode is not Mode.AUTO:
            return
        self._slow_answers = self._slow_answers + 1 if seconds >= SLOW_ANSWER else 0
        self._quick_answers = self._quick_answers + 1 if seconds <= QUICK_ANSWER else 0
        if self._slow_answers >= SURE_SLOW:
            self._turn(slow=True)
        elif self._quick_answers >= SURE_QUICK:
            self._turn(slow=False)

    def _turn(self, *, slow: bool) -> None:
        if slow != self._slow:
            self._slow = slow
            self.on_change()

    def _drop_old(self) -> None:
        since = self._now() - WINDOW
        while self._written and self._written[0][0] < since:
            self._written.popleft()


def line_of(app: Any) -> Line | None:
    """Return an app's line, if it knows of one."""
    line = getattr(app, "line", None)
    return line if isinstance(line, Line) else None


def is_slow(app: Any) -> bool:
    """Tell whether an app's line is slow; one that knows nothing of lines has a quick one."""
    line = line_of(app)
    return line is not None and line.slow
