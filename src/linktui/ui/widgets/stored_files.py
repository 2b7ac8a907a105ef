"""The pane of the files that an account keeps, with how many links each has; folders are walked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from textual import work

from linktui.model.errors import LinktuiError
from linktui.model.file import File, Folder, parent_of
from linktui.model.phrases import ago_text, day_text, size_text
from linktui.model.query import FileQuery, FileSort
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.files import FileService
from linktui.services.folders import FolderService, Looked
from linktui.ui.widgets.marking_pane import MarkingPane
from linktui.ui.widgets.rows import Cell, Column
from linktui.ui.window import Window

Row = File | Folder
FRESH = timedelta(seconds=30)
"""How long a folder that was looked into is taken to be so, unless `R` is pressed."""
TYPING = 0.3
"""Seconds without a key after which a service is asked for what begins as the filter does."""
NEAR_END = 20
"""Rows before the last one from which a long folder is gone on with."""
MOST_PASSED = 5_000
"""Rows among which a folder is looked for that one comes out of."""


class StoredFiles(MarkingPane[Row]):
    """One account's files from the local database, offline too; a folder that is shown is looked into."""

    def __init__(
        self,
        files: FileService,
        folders: FolderService,
        account: str,
        *,
        synced_at: Callable[[str], datetime | None],
        trouble: Callable[[str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._files = files
        self._folders = folders
        self._account = account
        self._query = self._first_query()
        self._synced_at = synced_at
        self._trouble = trouble
        self._clock = clock
        self._looked: Looked | None = None
        """How far the folder that is shown is known; None before its first page."""
        self._looking = False
        self._stale = ""
        """Why the last look failed; empty when it did not."""
        columns = (
            Column[Row](title="Name", cell=_name),
            Column[Row](title="Size", cell=_size, width=7, right=True),
            Column[Row](title="Links", cell=_links, width=5, right=True),
            Column[Row](title="Created", cell=_created, width=16, from_width=60),
        )
        super().__init__(columns, key=_key, id="stored")

    def on_mount(self) -> None:
        """Show what the local database holds."""
        self.update()

    @property
    def account(self) -> str:
        """Whose files are shown."""
        return self._account

    @property
    def folder(self) -> str | None:
        """The path of the folder that is shown; None where the account has none."""
        return self._query.folder

    @property
    def way_in(self) -> str:
        """Where an upload goes: the folder that is shown, or if it needs one the one under the cursor."""
        if not self.folder and self._folders.needs_one(self._account) and isinstance(self.current, Folder):
            return self.current.path
        return self.folder or ""

    @property
    def current_file(self) -> File | None:
        """The file under the cursor; None on a folder."""
        return self.current if isinstance(self.current, File) else None

    @property
    def chosen(self) -> tuple[File, ...]:
        """The marked files, else the one under the cursor."""
        if self.marks:
            return tuple(row for row in self.marks.values() if isinstance(row, File))
        return () if self.current_file is None else (self.current_file,)

    def update(self, *, cursor: int | None = None) -> None:
        """Read the list anew and show it; what is gone is marked no more."""
        if self.marks:
            known = self._files.known(self._account, [str(id_) for id_ in self.marks])
            self.marks = {id_: file for id_, file in self.marks.items() if id_ in known}
        query = self._query
        counts = self._files.counts(query)
        self.show(self._window(counts.shown), cursor=cursor, empty=self._empty_words(counts.total))
        found = f" · /{clean(query.text)}" if query.text else ""
        where = f" · {clean(query.folder)}" if query.folder else ""
        plain = replace(self._first_query(), folder=query.folder, text=query.text) == query
        order = "" if plain else f" · by {query.sort.value}"
        self.set_titles(
            f"Stored at {clean(self._account)}{_short(where)}{found}",
            f"{counts.shown}/{counts.total}{self.marked_words}{order}{self._age()}",
        )

    def can_mark(self, row: Row) -> bool:
        """Tell whether a row is a file: folders are passed over."""
        return isinstance(row, File)

    def show_account(self, account: str) -> None:
        """Show another account's files."""
        if account != self._account:
            self.stop_looking()
            self._account = account
            self.marks.clear()
            self._query = replace(self._first_query(), text=self._query.text)
            self._looked = None
            self.update(cursor=0)

    def look(self) -> None:
        """Have the service say what is in the folder that is shown, in the background."""
        if self.folder is not None:
            self._look(after=None, beginning="")

    def catch_up(self) -> None:
        """Look where that was not done lately, or go on with what was left."""
        looked = self._looked
        if looked is None or self._clock() - looked.since > FRESH:
            self.look()
        elif self._has_more():
            self._look(after=looked, beginning="")

    def stop_looking(self) -> None:
        """Leave it at what is known: nobody looks any more."""
        self.workers.cancel_group(self, "look-into-folder")
        self._looking = False

    def go_on_near_end(self) -> None:
        """Go on with a folder that is longer than one look, once its end is in sight."""
        paused = self._looked is not None and self._has_more() and not self._looking and not self._stale
        if paused and not self._query.text and self.table.cursor >= len(self.table.rows) - NEAR_END:
            self._look(after=self._looked, beginning="")

    def open_current(self) -> bool:
        """Enter the folder under the cursor; False if it is no folder."""
        if not isinstance(self.current, Folder):
            return False
        self.go(self.current.path)
        return True

    def go_up(self) -> None:
        """Go to the folder that this one is in, onto where one came from."""
        if self.folder:
            self.go(parent_of(self.folder), onto=self.folder)

    def go(self, path: str, *, onto: str = "") -> None:
        """Show a folder as it is known, with the cursor on a folder in it, and look into it."""
        if self.folder is None:
            return
        self.drop_filter()
        self._query = replace(self._query, folder=path, text="")
        self._looked = None
        self._stale = ""
        shown = self._window(self._files.counts(self._query).shown)
        passed = enumerate(islice(shown, MOST_PASSED))
        self.update(cursor=next((at for at, row in passed if onto and _key(row) == onto), 0))
        self.look()

    def set_filter(self, text: str) -> None:
        """Show only files with these words."""
        if text == self._query.text:
            return
        self._query = replace(self._query, text=text)
        self.update()
        if self._has_more():
            self._look(after=None if text else self._looked, beginning=text)

    @work(exclusive=True, group="look-into-folder")
    async def _look(self, *, after: Looked | None, beginning: str) -> None:
        """Fetch the folder page by page, each shown as it comes."""
        if beginning:
            await asyncio.sleep(TYPING)
        path = self.folder
        assert path is not None  # asked of accounts with folders alone
        self._looking = True
        self._stale = ""
        try:
            async for looked in self._folders.look(self._account, path, beginning=beginning, after=after):
                if not beginning:
                    self._looked = looked
                self._looking = looked.cursor is not None
                self.update()
        except LinktuiError as error:
            self._stale = explain(error)
            self.notify(self._stale, severity="warning", markup=False)
        self._looking = False
        self.update()

    def _window(self, length: int) -> Window[Row]:
        query = self._query

        def load(offset: int, limit: int) -> list[Row]:
            if query.folder is None:
                return [*self._files.window(query, offset=offset, limit=limit)]
            return self._files.folder_window(query, offset=offset, limit=limit)

        return Window(length, load)

    def _first_query(self) -> FileQuery:
        """Return what is shown of the account at first: its files, newest first, or its top folder."""
        if not self._folders.has_folders(self._account):
            return FileQuery(account=self._account)
        return FileQuery(account=self._account, folder="", sort=FileSort.NAME, descending=False)

    def _has_more(self) -> bool:
        """Tell whether there is more in the folder than is known here."""
        return self.folder is not None and (self._looked is None or self._looked.cursor is not None)

    def _age(self) -> str:
        """Return how old what is shown is, for the lower border."""
        if self.folder is None:
            synced = self._synced_at(self._account)
            return "" if synced is None else f" · as of {ago_text(synced, self._clock())}"
        if self._stale:
            return " · as it was known"
        if self._looking:
            return " · looking" if self._looked is None else " · more comes"
        return " · more at the end" if self._looked is not None and self._has_more() else ""

    def next_sort(self) -> None:
        """Sort by the next column."""
        sorts = list(FileSort)
        at = (sorts.index(self._query.sort) + 1) % len(sorts)
        self._query = replace(self._query, sort=sorts[at], descending=sorts[at] is not FileSort.NAME)
        self.update()

    def reverse(self) -> None:
        """Turn the order around."""
        self._query = replace(self._query, descending=not self._query.descending)
        self.update()

    def _empty_words(self, total: int) -> str:
        if self._query.text and total:
            return "No stored file has these words. Esc takes the filter away."
        if self.folder and self._stale:
            return f"{self._stale}\nR looks again, and h goes back up."
        if self.folder:
            return "Looking …" if self._looking else "Nothing is in this folder. h goes back up."
        trouble = self._trouble(self._account)
        if trouble:
            return f"{clean(trouble)}\nR looks again."
        if self._synced_at(self._account) is None:
            return "Not looked at yet; the daemon is asking. R asks again."
        return "Nothing is stored here yet.\nTab goes to this machine's files, and u there shares one."


def _key(row: Row) -> str:
    """Return what a row is known by: no file's id ends as a folder's path does."""
    return row.path if isinstance(row, Folder) else row.id


def _name(row: Row) -> Cell:
    return Cell(f"{clean(row.name)}/", "folder") if isinstance(row, Folder) else Cell(clean(row.name))


def _size(row: Row) -> Cell:
    return Cell("" if isinstance(row, Folder) else size_text(row.size), "muted")


def _links(row: Row) -> Cell:
    count = 0 if isinstance(row, Folder) else row.link_count
    return Cell(f"↗{count}" if count else "", "good")


def _created(row: Row) -> Cell:
    return Cell("" if row.created_at is None else day_text(row.created_at), "muted")


def _short(path: str, *, limit: int = 40) -> str:
    """Return a path cut at its beginning."""
    return path if len(path) <= limit else f" · …{path[-limit:]}"
