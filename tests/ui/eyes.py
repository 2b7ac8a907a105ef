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
    def cells(self) -> list[list[tuple[object, ...]]]:
        """What is seen of each cell: its character and colours; a space shows its background alone."""
        rows = (self.screen.buffer[y] for y in range(self.screen.lines))
        return [[_seen(row[x]) for x in range(self.screen.columns) if row[x].data] for row in rows]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    if cell.data == " " and not cell.reverse:
        return (cell.bg,)
    return (cell.data, cell.fg, cell.bg, cell.bold, cell.reverse)
