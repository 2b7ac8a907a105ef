"""The pane of this machine's files: folders are walked, files are marked, across directories."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from textual import work

from linktui.model.errors import SourceUnreadable
from linktui.model.phrases import day_text, size_text
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.ui.local_browser import LocalBrowser
from linktui.ui.local_directory import Entry, LocalSort, list_directory
from linktui.ui.widgets.marking_pane import MarkingPane
from linktui.ui.widgets.rows import Cell, Column

LISTING = "list-directory"


class LocalFiles(MarkingPane[Entry]):
    """A directory with name, size, time of change, and a badge on files that have live links."""

    def __init__(self, directory: Path, *, badges: Callable[[Path], Mapping[Path, int]]) -> None:
        self.browser = LocalBrowser(directory)
        self._badges = badges
        columns = (
            Column[Entry](title="Name", cell=_name),
            Column[Entry](title="", cell=self._badge, width=4, from_width=34),
            Column[Entry](title="Size", cell=_size, width=7, right=True),
            Column[Entry](title="Modified", cell=_modified, width=16, from_width=60),
        )
        super().__init__(columns, key=lambda entry: entry.path, id="local")

    def on_mount(self) -> None:
        """Read the first directory."""
        self.go(self.browser.directory)

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The marked paths of all directories, else the one under the cursor."""
        if self.marks:
            return tuple(entry.path for entry in self.marks.values())
        return () if self.current is None else (self.current.path,)

    @work(exclusive=True, group=LISTING)
    async def go(self, directory: Path, *, onto: Path | None = None) -> None:
        """List a directory in a thread and show it, with the cursor on `onto`."""
        trouble = ""
        entries: tuple[Entry, ...] = ()
        try:
            entries = await asyncio.to_thread(list_directory, directory)
        except SourceUnreadable as error:
            trouble = f"{explain(error)}\nh goes back up, ~ goes home."
        if directory != self.browser.directory:
            self.drop_filter()
        self.browser.badges = self._badges(directory)
        stayed = directory == self.browser.directory and onto is None
        self.browser.enter(directory, entries, trouble=trouble)
        cursor = None if stayed else 0 if onto is None else self.browser.position(onto)
        self.update(cursor=cursor)

    def update(self, *, cursor: int | None = None) -> None:
        """Show what the browser holds now."""
        browser = self.browser
        self.show(browser.rows, cursor=cursor, empty=self._empty_words())
        hidden = " · hidden shown" if browser.hidden else ""
        order = (
            "" if browser.sort is LocalSort.NAME and not browser.descending else f" · by {browser.sort.value}"
        )
        found = f" · /{clean(browser.text)}" if browser.text else ""
        self.set_titles(
            f"This machine · {short_path(browser.directory)}{found}",
            f"{len(browser.rows)}/{browser.total}{self.marked_words}{order}{hidden}",
        )

    def open_current(self) -> bool:
        """Enter the folder under the cursor; False if it is no folder."""
        if self.current is None or not self.current.is_folder:
            return False
        self.go(self.current.path)
        return True

    def go_up(self) -> None:
        """Go to the parent directory, onto the folder one came from."""
        here = self.browser.directory
        if here.parent != here:
            self.go(here.parent, onto=here)

    def reload(self) -> None:
        """List the directory again."""
        self.go(self.browser.directory)

    def catch_up(self) -> None:
        """List the directory again, unless one is just being listed."""
        if not any(worker.group == LISTING and not worker.is_finished for worker in self.workers):
            self.reload()

    def set_filter(self, text: str) -> None:
        """Show only names with these words."""
        if text != self.browser.text:
            self.browser.text = text
            self._arranged()

    def toggle_hidden(self) -> None:
        """Show or hide names that begin with a dot."""
        self.browser.hidden = not self.browser.hidden
        self._arranged()

    def next_sort(self) -> None:
        """Sort by the next column."""
        sorts = list(LocalSort)
        self.browser.sort = sorts[(sorts.index(self.browser.sort) + 1) % len(sorts)]
        self._arranged()

    def reverse(self) -> None:
        """Turn the order around."""
        self.browser.descending = not self.browser.descending
        self._arranged()

    def refresh_badges(self) -> None:
        """Count the live links of the files here again."""
        self.browser.badges = self._badges(self.browser.directory)
        self.table.refresh_rows()

    def _arranged(self) -> None:
        self.browser.arrange()
        self.update()

    def _badge(self, entry: Entry) -> Cell:
        links = self.browser.badges.get(entry.path, 0)
        return Cell(f"↗{links}" if links else "", "good")

    def _empty_words(self) -> str:
        if self.browser.trouble:
            return self.browser.trouble
        if self.browser.text:
            return "Nothing here has these words. Esc takes the filter away."
        if self.browser.total:
            return "Only hidden files here. . shows them."
        return "This folder is empty. h goes back up."


def short_path(path: Path, *, limit: int = 60) -> str:
    """Return a directory as people write it, with ~ for home, cut at its beginning."""
    home = Path.home()
    text = f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)
    text = clean("~" if path == home else text)
    return text if len(text) <= limit else "…" + text[-limit + 1 :]


def _name(entry: Entry) -> Cell:
    arrow = "→ " if entry.is_symlink else ""
    if entry.is_folder:
        return Cell(f"{arrow}{entry.name}/", "folder")
    return Cell(arrow + entry.name, "muted" if entry.hidden or entry.special else "")


def _size(entry: Entry) -> Cell:
    return Cell(entry.special or ("" if entry.is_folder else size_text(entry.size)), "muted")


def _modified(entry: Entry) -> Cell:
    return Cell("" if entry.modified is None else day_text(entry.modified), "muted")
