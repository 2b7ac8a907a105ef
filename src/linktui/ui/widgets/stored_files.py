"""The pane of the files that an account keeps, with how many links each has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from linktui.model.file import File
from linktui.model.phrases import ago_text, day_text, size_text
from linktui.model.query import FileQuery, FileSort
from linktui.model.text import clean
from linktui.services.files import FileService
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column
from linktui.ui.window import Window


class StoredFiles(Pane[File]):
    """One account's files from the local database, offline too."""

    def __init__(
        self,
        files: FileService,
        account: str,
        *,
        synced_at: Callable[[str], datetime | None],
        trouble: Callable[[str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._files = files
        self._account = account
        self._query = FileQuery(account=account)
        self._synced_at = synced_at
        self._trouble = trouble
        self._clock = clock
        self._marks: dict[str, File] = {}
        columns = (
            Column[File](title="Name", cell=lambda file: Cell(clean(file.name))),
            Column[File](
                title="Size", cell=lambda file: Cell(size_text(file.size), "muted"), width=7, right=True
            ),
            Column[File](title="Links", cell=_links, width=5, right=True),
            Column[File](
                title="Created",
                cell=lambda file: Cell(day_text(file.created_at), "muted"),
                width=16,
                from_width=60,
            ),
        )
        super().__init__(
            columns, key=lambda file: file.id, is_marked=lambda file: file.id in self._marks, id="stored"
        )

    def on_mount(self) -> None:
        """Show what the local database holds."""
        self.update()

    @property
    def chosen(self) -> tuple[File, ...]:
        """The marked files, else the one under the cursor."""
        if self._marks:
            return tuple(self._marks.values())
        return () if self.current is None else (self.current,)

    def update(self) -> None:
        """Read the list anew and show it."""
        query = self._query
        counts = self._files.counts(query)

        def load(offset: int, limit: int) -> list[File]:
            return self._files.window(query, offset=offset, limit=limit)

        self.show(Window(counts.shown, load), empty=self._empty_words(counts.total))
        found = f" · /{clean(query.text)}" if query.text else ""
        marked = f", {len(self._marks)} marked" if self._marks else ""
        plain = query.sort is FileSort.CREATED and query.descending
        order = "" if plain else f" · by {query.sort.value}"
        synced = self._synced_at(self._account)
        age = "" if synced is None else f" · as of {ago_text(synced, self._clock())}"
        self.set_titles(
            f"Stored at {clean(query.account or '')}{found}",
            f"{counts.shown}/{counts.total}{marked}{order}{age}",
        )

    def show_account(self, account: str) -> None:
        """Show another account's files."""
        if account != self._account:
            self._account = account
            self._marks.clear()
            self._query = replace(self._query, account=account)
            self.update()

    def set_filter(self, text: str) -> None:
        """Show only files with these words."""
        if text != self._query.text:
            self._query = replace(self._query, text=text)
            self.update()

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

    def mark_current(self) -> None:
        """Mark or unmark the row under the cursor and go to the next."""
        if self.current is not None:
            self._turn([self.current])
            self.table.action_move(1)

    def mark_all(self) -> None:
        """Mark every file that is shown."""
        self._marks |= {file.id: file for file in self.table.rows}
        self._marked()

    def invert_marks(self) -> None:
        """Turn the mark of every file that is shown."""
        self._turn(list(self.table.rows))

    def clear_marks(self) -> bool:
        """Unmark everything and tell whether there was anything."""
        had = bool(self._marks)
        self._marks.clear()
        self._marked()
        return had

    def _turn(self, files: list[File]) -> None:
        for file in files:
            if self._marks.pop(file.id, None) is None:
                self._marks[file.id] = file
        self._marked()

    def _marked(self) -> None:
        self.table.refresh_rows()
        self.update()

    def _empty_words(self, total: int) -> str:
        if self._query.text and total:
            return "No stored file has these words. Esc takes the filter away."
        trouble = self._trouble(self._account)
        if trouble:
            return f"{clean(trouble)}\nR looks again."
        if self._synced_at(self._account) is None:
            return "Not looked at yet; the daemon is asking. R asks again."
        return "Nothing is stored here yet. Go to the left list and press u on a file."


def _links(file: File) -> Cell:
    return Cell(f"↗{file.link_count}" if file.link_count else "", "good")
