"""Textual's driver, with an eye on the line: how much goes over it, and how long an answer takes.

It also asks whether the terminal is light or dark, and takes the answer out of what is typed.

What it asks is what Textual asks at every start, whether the terminal reports its size by itself: the answer
is known to Textual's parser and changes nothing when it comes again.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, cast

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize

from linktui.ui.terminal import background
from linktui.ui.terminal.outlet import Outlet

if TYPE_CHECKING:
    from linktui.ui.terminal.lean import LeanApp

QUESTION = "\x1b[?2048$p"
FEWER_REPORTS = "\x1b[?1003l\x1b[?1000h\x1b[?1002h\x1b[?1006h"
"""Has the mouse reported when a button is down, not whenever it moves."""
EVERY_REPORT = "\x1b[?1003h"


# It is made in the middle of a function that does much else.
linux_driver.XTermParser = background.Parser  # type: ignore[attr-defined]


class LineDriver(LinuxDriver):
    """The driver of a `LeanApp`."""

    def __init__(self, app: LeanApp, **more: Any) -> None:
        super().__init__(app, **more)
        self._lean = app
        file = self._file or sys.stderr
        self._encoding = file.encoding
        self._outlet = Outlet(file.fileno(), app.line.took)
        self._file: Any = self._outlet
        self._question: float | None = None
        self._follows = False
        """Whether the terminal is to tell when it becomes light or dark."""

    def write(self, data: str) -> None:
        """Write, and note how much."""
        encoded = data.encode(self._encoding, errors="replace")
        self._lean.line.note(len(encoded))
        if rest := self._outlet.send(encoded):
            assert self._writer_thread is not None, "only between the application mode's start and stop"
            cast(Any, self._writer_thread).write(rest)

    def close(self) -> None:
        """Wait until all is written."""
        super().close()
        self._outlet.close()

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and after something else had it: nothing is known of it."""
        self._lean.painter.forget()
        self._outlet.open()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._lean.line.slow:
            self.report_mouse(everything=False)
        if self._lean.follows_background:
            self.follow_background()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        if self._follows:
            self._follows = False
            self.write(background.FOLLOW_NO_MORE)
        super().stop_application_mode()

    def follow_background(self) -> None:
        """Ask whether the terminal is light or dark, and to be told when that changes, unless it was."""
        if not self._follows:
            self._follows = True
            self.write(background.ASK + background.FOLLOW)

    def report_mouse(self, *, everything: bool) -> None:
        """Have every move of the mouse reported, or only what is done with it."""
        if self._mouse:
            self.write(EVERY_REPORT if everything else FEWER_REPORTS)

    def ask(self) -> None:
        """Ask the terminal something, to see how long the answer takes."""
        if self._question is None:
            self._note_question()
            self.write(QUESTION)

    def _note_question(self) -> None:
        self._question = time.monotonic()
        self._lean.line.asked()

    def _query_in_band_window_resize(self) -> None:
        self._note_question()
        super()._query_in_band_window_resize()

    def process_message(self, message: Message) -> None:
        """Take what came from the terminal; runs in the thread that reads."""
        if isinstance(message, background.BackgroundTold):
            self._loop.call_soon_threadsafe(self._lean.background_told, message.dark)
            return
        if isinstance(message, InBandWindowResize) and self._question is not None:
            seconds, self._question = time.monotonic() - self._question, None
            self._loop.call_soon_threadsafe(self._lean.line.answered, seconds)
        super().process_message(message)
