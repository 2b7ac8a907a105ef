"""A picture of a file on this machine, as large as there is room."""

from __future__ import annotations

from pathlib import Path

from textual import work
from textual.strip import Strip
from textual.widget import Widget

from linktui.ui.pictures import can_read, is_picture, picture_of

MOST_ROWS = 24


class Picture(Widget):
    """Nothing at all where there is no picture to show, or the terminal is not one for it."""

    DEFAULT_CSS = """
    Picture { height: auto; width: 100%; display: none; margin-bottom: 1; }
    """

    def __init__(self, *, most_rows: int = MOST_ROWS) -> None:
        super().__init__()
        self._most_rows = most_rows
        self._lines: list[Strip] = []
        self._path: Path | None = None

    def show(self, path: Path | None) -> None:
        """Show a file's picture; None shows nothing."""
        if path == self._path:
            return
        self._path = path
        self._take([])
        if path is not None and is_picture(path.name) and self._wanted():
            # What is shown for the first time knows its size after that alone.
            self._read(path) if self._room[0] else self.call_after_refresh(self._read, path)

    @work(exclusive=True, group="picture")
    async def _read(self, path: Path) -> None:
        columns, rows = self._room
        lines = await picture_of(path, columns, rows)
        if path == self._path:
            self._take(lines)

    @property
    def _room(self) -> tuple[int, int]:
        """Return how many columns and rows a picture may have."""
        parent = self.parent
        size = parent.scrollable_content_region.size if isinstance(parent, Widget) else self.size
        return size.width, max(1, min(self._most_rows, size.height * 2 // 3))

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture."""
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width)

    def _wanted(self) -> bool:
        wanted = getattr(self.app, "shows_pictures", True)
        return bool(wanted) and can_read()

    def _take(self, lines: list[Strip]) -> None:
        if lines or self._lines:
            self._lines = lines
            self.display = bool(lines)
            self.styles.height = len(lines)
            self.refresh(layout=True)
