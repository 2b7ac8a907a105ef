"""Eyes on what a program would write to a terminal: it is counted, and shown on a screen of pyte."""

from __future__ import annotations

import pyte


class Eyes:
    """A terminal in memory that takes what is painted."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self.frames: list[str] = []

    def take(self, frame: str) -> None:
        """Show one more frame."""
        self.frames.append(frame)
        self._stream.feed(frame)

    @property
    def bytes(self) -> int:
        """How much was taken since the last `rest`."""
        return sum(len(frame.encode()) for frame in self.frames)

    def rest(self) -> None:
        """Count from here on."""
        self.frames.clear()

    @property
    def lines(self) -> list[str]:
        """What the screen shows, line by line."""
        return [
            "".join(self.screen.buffer[y][x].data for x in range(self.screen.columns))
            for y in range(self.screen.lines)
        ]

    @property
    def looks(self) -> list[list[tuple[str, str, bool, bool]]]:
        """How each cell looks: its colours, and whether it is bold and reversed."""
        rows = (self.screen.buffer[y] for y in range(self.screen.lines))
        return [
            [(row[x].fg, row[x].bg, row[x].bold, row[x].reverse) for x in range(self.screen.columns)]
            for row in rows
        ]
