"""Paint a screen first when it is whole.

Textual paints a new screen several times while it comes together: empty, laid out, filled. Nobody wants to
see that, and each of these frames takes as long as the one that counts. What is overridden is private to
Textual's Screen; where it is not called so, the screen is painted in Textual's own way.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import ScreenResume
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets._toast import ToastRack

PATIENCE = 0.5
"""Seconds after which a screen is painted in whatever state it is."""


class WholeScreen(Screen[None]):
    """A screen that paints nothing until `soon_whole` was called and all of its widgets have come to rest."""

    class Painted(Message):
        """The screen was painted for the first time; whatever it needs no more than that may begin."""

    _is_whole = False
    _is_framed = False
    _held_back = False
    _awaited = 0

    def frame(self) -> tuple[Sequence[Widget], Sequence[Widget]]:
        """Return what stands above and below of what the screen composes."""
        return (), ()

    def on_mount(self) -> None:
        """Put the frame around the screen, if that was not done while it was composed."""
        if not self._is_framed:
            above, below = self.frame()
            self.mount(*above, before=0)
            self.mount(*below)

    def soon_whole(self, event: ScreenResume) -> None:
        """Paint once all widgets have done what they were sent; the screen is laid out next."""
        if self._is_whole:
            return
        event.refresh_styles = False  # it was styled as it was mounted
        for rack in self.query(ToastRack):
            rack.display = False  # as Textual has it a moment later, when it would lay out all again
        self.set_timer(PATIENCE, self._paint_whole)
        self.call_later(self._await_widgets)

    def _await_widgets(self) -> None:
        for widget in self.walk_children():
            self._awaited += widget.call_later(self._note_rest)
        if not self._awaited:
            self._paint_whole()

    def _note_rest(self) -> None:
        self._awaited -= 1
        if not self._awaited:
            self.call_later(self._paint_whole)

    def _paint_whole(self) -> None:
        if not self._is_whole:
            self._is_whole = True
            if not self._held_back:
                self._draw_anew()
            self.refresh()
            self._on_timer_update()
            self.post_message(self.Painted())

    def _draw_anew(self) -> None:
        """Forget what was drawn before the program itself had its colours."""
        for widget in self.walk_children():
            widget.notify_style_update()
            widget.refresh()

    def _extend_compose(self, widgets: list[Widget]) -> None:
        super()._extend_compose(widgets)
        above, below = self.frame()
        widgets[:] = [*above, *widgets, *below]  # mounted later they would be styled and laid out apart
        self._is_framed = True

    def _compositor_refresh(self) -> None:
        self._held_back = True
        if self._is_whole:
            super()._compositor_refresh()
