"""How the ends of links lie in the next day and the next weeks, drawn anew only when that differs."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from linktui.services.timeline import Timeline
from linktui.ui.density import ASCII, BLOCKS, Bars, lines_of

TALL = 32
"""Lines of a screen from which on there is room for higher bars."""
LOW, HIGH = 1, 3
"""Lines of the bars in a small terminal, and in a tall one."""


class Densities(Static):
    """Two rows of bars: by the hour, and by the day."""

    DEFAULT_CSS = """
    Densities { height: auto; padding: 0 1; color: $text-primary; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._timeline: Timeline | None = None
        self._drawn: list[str] = []

    def show(self, timeline: Timeline) -> None:
        """Draw what ends when."""
        self._timeline = timeline
        self._draw()

    def on_resize(self) -> None:
        """Draw it in the room that there is."""
        self._draw()

    def _draw(self) -> None:
        if self._timeline is None or not self.content_size.width:
            return
        height = HIGH if self.app.size.height >= TALL else LOW
        blocks = ASCII if getattr(self.app, "draws_ascii", False) else BLOCKS
        lines = [
            line
            for bars in (_by_hour(self._timeline), _by_day(self._timeline))
            for line in lines_of(bars, width=self.content_size.width, height=height, blocks=blocks)
        ]
        if lines != self._drawn:
            self._drawn = lines
            axis = height + 1
            styled = [
                Content.styled(line, "$text-muted") if number % axis == height else Content(line)
                for number, line in enumerate(lines)
            ]
            self.update(Content("\n").join(styled))


def _by_hour(timeline: Timeline) -> Bars:
    begins = [moment.astimezone() for moment in timeline.by_hour.moments[:-1]]
    labels = [f"{moment:%H}" if moment.hour % 3 == 0 else "" for moment in begins]
    return Bars("hour", timeline.by_hour.numbers, ["now", "", *labels[2:]])


def _by_day(timeline: Timeline) -> Bars:
    begins = [moment.astimezone() for moment in timeline.by_day.moments[:-1]]
    labels = [_day(moment) if moment.weekday() == 0 else "" for moment in begins]
    return Bars("day", timeline.by_day.numbers, ["today", "", *labels[2:]])


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
