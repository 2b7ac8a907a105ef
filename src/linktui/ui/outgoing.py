"""An app that is told by keys what goes to the terminal: how much, in which colours, with which addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.filter import LineFilter
from textual.timer import Timer

from linktui.config.settings import ScreenSettings
from linktui.ui.commands import command
from linktui.ui.styled import StyledApp
from linktui.ui.terminal.line import Mode
from linktui.ui.terminal.mask import MaskLines, forget_lines

TRAFFIC_LOOK = 1.0
"""Seconds between two looks at what goes to the terminal, while that is shown."""


class OutgoingApp(StyledApp):
    """An app whose lines are masked, spared, counted and drawn anew by keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("T", "traffic", "Traffic", "Show what goes to the terminal: bytes a second, and in all."),
        command("M", "mask", "Mask addresses", "Keep addresses off the screens, or show them again."),
        command("L", "slow", "Slow line", "Spare the line with fewer frames and coarser words, or do not."),
        command("f9", "theme", "Theme", "Choose a theme by its look.", takes="a theme's name"),
        command("ctrl+l", "redraw", "Redraw", "Paint the screen again, when something else wrote on it."),
    ]

    def __init__(self, settings: ScreenSettings, **more: Any) -> None:
        super().__init__(settings, **more)
        self.masks_urls = settings.mask_urls
        self._traffic: Timer | None = None

    def get_line_filters(self) -> list[LineFilter]:
        """Have every line masked, if addresses are to be."""
        filters = super().get_line_filters()
        return [MaskLines(), *filters] if self.masks_urls else filters

    def show_headers(self) -> None:
        """Have every header say what is so now."""

    def action_traffic(self) -> None:
        """Show what goes to the terminal, or do not any more."""
        self.line.shown = not self.line.shown
        if self._traffic is not None:
            self._traffic.stop()
        self._traffic = self.set_interval(TRAFFIC_LOOK, self.show_headers) if self.line.shown else None
        self.show_headers()

    def action_slow(self) -> None:
        """Spare the line from now on, or do not, however fast it is."""
        self.line.mode = Mode.OFF if self.line.slow else Mode.ON
        said = "fewer frames, times without seconds." if self.line.slow else "everything as it happens."
        self.notify(f"{'A slow' if self.line.slow else 'No slow'} line: {said}", markup=False)

    def action_mask(self) -> None:
        """Keep addresses off the screens from now on, or show them again."""
        self.masks_urls = not self.masks_urls
        forget_lines(self)
        self.line_changed()
        said = "masked on every screen; y copies them all the same." if self.masks_urls else "shown again."
        self.notify(f"Addresses are {said}", markup=False)

    def action_theme(self, name: str = "") -> None:
        """Take a theme, or choose one by its look."""
        if name:
            self.choose_theme(name)
        elif not self.screen.is_modal:
            self.ask_for_theme()

    def action_redraw(self) -> None:
        """Paint the screen again."""
        self.redraw()
