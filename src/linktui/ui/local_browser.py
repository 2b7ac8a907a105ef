"""Where one is on this machine's disk: the directory, and what of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from linktui.ui.local_directory import Entry, LocalSort, arrange


class LocalBrowser:
    """The state of the local pane; it reads no disk itself."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.hidden = False
        self.text = ""
        self.sort = LocalSort.NAME
        self.descending = False
        self.trouble = ""
        """Why the directory cannot be listed, in one sentence."""
        self.badges: Mapping[Path, int] = {}
        """Live links of each file here."""
        self._entries: tuple[Entry, ...] = ()
        self._rows: list[Entry] = []

    @property
    def rows(self) -> list[Entry]:
        """What is shown, in order."""
        return self._rows

    @property
    def total(self) -> int:
        """How many entries there are here, shown or not."""
        return len(self._entries)

    def enter(self, directory: Path, entries: Iterable[Entry], *, trouble: str = "") -> None:
        """Take the listing of a directory; a filter belongs to the directory it was typed in."""
        if directory != self.directory:
            self.text = ""
        self.directory = directory
        self.trouble = trouble
        self._entries = tuple(entries)
        self.arrange()

    def arrange(self) -> None:
        """Bring the rows in line with filter, order and hidden files."""
        self._rows = arrange(
            self._entries, hidden=self.hidden, text=self.text, sort=self.sort, descending=self.descending
        )

    def position(self, path: Path) -> int:
        """Return the row that shows `path`, or the first."""
        return next((number for number, entry in enumerate(self._rows) if entry.path == path), 0)
