"""An app that sends its terminal little: only what differs, no frame before the last one arrived.

It stands in for Textual's `_display`, which is private: the one place where a frame becomes bytes. What it
does not know it leaves to Textual, which then writes the frame in full.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rich.color import ColorSystem
from textual import constants
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import DescendantFocus
from textual.geometry import Region
from textual.screen import Screen

from linktui.ui.terminal.driver import LineDriver
from linktui.ui.terminal.line import Line
from linktui.ui.terminal.moves import move
from linktui.ui.terminal.painter import Painter

TORN = 1_000
"""Bytes up to which a frame arrives at once, so that nobody sees half of it."""
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"
"""A synchronized update. https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036"""


class LeanApp(App[None]):
    """An app with a `line` that it is sparing with."""

    def __init__(self, line: Line | None = None) -> None:
        super().__init__()
        self.line = line or Line()
        self.line.on_change = self._adapt
        self.painter = Painter(self._colours())
        self._later: asyncio.TimerHandle | None = None
        if self.line.slow:
            self.animation_level = "none"

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that keeps an eye on the line, where it is known how."""
        driver = super().get_driver_class()
        return LineDriver if driver is LinuxDriver else driver

    @property
    def paints_itself(self) -> bool:
        """Whether frames become bytes here: not without a terminal, nor on one of another kind."""
        if not self._running or self._closed:
            return False
        return self.line.out is not None or isinstance(self._driver, LineDriver)

    def overwrite(self, column: int, row: int, old: str, new: str) -> bool:
        """Have other words stand at a place of the screen, as `Painter.overwrite`; `flush` then writes them.

        It spares Textual a frame. Whoever asks draws the same words when Textual draws.
        """
        return self.paints_itself and self.painter.overwrite(column, row, old, new)

    def scroll(self, region: Region, lines: int) -> bool:
        """Have what a region of the screen shows move up by so many lines, as `Painter.scroll`.

        Whoever asks draws the lines that come into sight, which then are painted with it.
        """
        if not self.paints_itself:
            return False
        return self.painter.scroll(region, lines)

    def flush(self) -> None:
        """Write what was overwritten, scrolled or drawn."""
        self._paint()

    def redraw(self) -> None:
        """Paint everything again, as when something else wrote to the terminal."""
        self.painter.forget()
        self._paint()

    @property
    def follows_background(self) -> bool:
        """Whether it matters if the terminal is light or dark."""
        return False

    def background_told(self, dark: bool) -> None:
        """Take note that the terminal is dark, or light."""

    def line_changed(self) -> None:
        """Show what is shown in finer or coarser words; the line is slow, or is not any more."""

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Have no cursor blink on a slow line."""
        if self.line.slow and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def _adapt(self) -> None:
        slow = self.line.slow
        self.animation_level = "none" if slow else constants.TEXTUAL_ANIMATIONS
        if not slow and self._later is not None:
            self._later.cancel()
            self._paint_now()
        if isinstance(self._driver, LineDriver):
            self._driver.report_mouse(everything=not slow)
        self.line_changed()

    def _colours(self) -> ColorSystem:
        """Return how many colours the terminal gets, for as long as the program runs."""
        most = self.console._color_system or ColorSystem.TRUECOLOR
        return min(most, ColorSystem.EIGHT_BIT) if self.line.slow else most

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        update = renderable if isinstance(renderable, CompositorUpdate) else None
        if update is None or self._batch_count or not self.paints_itself:
            super()._display(screen, renderable)
        elif self.painter.take(update):
            self._paint()
            self.post_display_hook()
        else:
            self.painter.forget()
            super()._display(screen, renderable)

    def _paint(self) -> None:
        """Write what differs, or see to it that it is written as soon as the line is free."""
        if self._later is not None or not self.paints_itself:
            return
        wait = self.line.wait()
        if wait > 0:
            self._later = asyncio.get_running_loop().call_later(wait, self._paint_now)
        elif frame := self.painter.paint():
            self._send(frame + self._place_cursor())

    def _paint_now(self) -> None:
        self._later = None
        self._paint()

    def _place_cursor(self) -> str:
        """Return what puts the hidden cursor where an input method is to write, if something is typed."""
        if not hasattr(self.screen.focused, "cursor_screen_offset"):
            return ""
        column, row = self.screen.outer_size.clamp_offset(self.cursor_position)
        return move(None, (column, row))

    def _send(self, frame: str) -> None:
        self.line.began_frame()
        if self.line.out is not None:
            size = len(frame.encode())
            self.line.note(size)
            self.line.took(self.line.total)
            self.line.out(frame)
            return
        assert isinstance(self._driver, LineDriver)
        whole = self._sync_available and len(frame) > TORN
        self._driver.write(f"{BEGIN}{frame}{END}" if whole else frame)
        if self.line.to_ask:
            self._driver.ask()
