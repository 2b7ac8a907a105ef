"""The marks of a list of links: one, a range, all that its query shows, however many they are."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from textual import work

from linktui.model.link import Link, LinkState
from linktui.model.numbers import Numbers
from linktui.model.query import Key, LinkQuery
from linktui.services.links import LinkService
from linktui.ui.widgets.link_marks import Marks
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Column

SMALL = 5_000
"""Links that are counted at once; of more, the counts follow a moment later."""
FEW_MARKS = 5_000
"""Marks that are looked up one by one; of more, all links are."""
PRESENT = LinkQuery(states=frozenset(LinkState) - {LinkState.GONE})


class MarkedLinks(Pane[Link]):
    """A list of what a query shows, whose marks are kept by number: a million may be marked."""

    def __init__(self, columns: Sequence[Column[Link]], links: LinkService) -> None:
        self._links = links
        self._query = LinkQuery()
        self._marks = Marks()
        super().__init__(columns, key=key_of, is_marked=self._is_marked, id="links")

    @property
    def query(self) -> LinkQuery:  # type: ignore[override]  # the list's own; Textual's is query_one's
        """Which links are shown, and in which order."""
        return self._query

    @property
    def chosen(self) -> tuple[Link, ...]:
        """The marked links as they are now, shown or not, else the one under the cursor."""
        return self.first_chosen(len(self._marks))

    def first_chosen(self, most: int) -> tuple[Link, ...]:
        """Return the first of the chosen links."""
        if self._marks:
            return tuple(self._links.by_numbers(list(islice(self._marks, most))))
        return () if self.current is None else (self.current,)

    async def marked_or_all(self) -> Iterable[int]:
        """Return the numbers of the marked links, or if there are none of all that the query shows."""
        return tuple(self._marks) or await self._links.numbers(self._query)

    @property
    def marked(self) -> int:
        """How many links are marked."""
        return len(self._marks)

    def mark_current(self, count: int = 1) -> None:
        """Mark or unmark so many rows from the cursor on, and go to the one after them."""
        first, rows = self.table.cursor, self.table.rows
        if self.current is not None:
            last = min(len(rows), first + count)
            self._turn(Numbers(rows[at].number for at in range(first, last)))
            self.table.action_move(count)

    def mark_range(self, steps: int = 0) -> None:
        """Begin a range at the cursor, or end it there and mark what lies between.

        With `steps` the cursor moves and all rows from there to here are marked, as Shift and an arrow do.
        """
        first = self.current
        if first is None:
            return
        if steps:
            began, rows = self.table.cursor, self.table.rows
            self.table.action_move(steps)
            first_at, last_at = sorted((began, self.table.cursor))
            self._mark(Numbers(rows[at].number for at in range(first_at, last_at + 1)))
        elif self._marks.range_from is None:
            self._marks.range_from = first.number
            self.write_titles()
        else:
            between = self._links.listing(self._query).between(self._marks.range_from, first.number)
            # Its beginning may have been filtered away: then a new range begins here.
            self._marks.range_from = None if between else first.number
            self._mark(Numbers(between))

    def mark_all(self) -> None:
        """Mark every link that the query shows, loaded or not."""
        self._with_all(self._mark)

    def invert_marks(self) -> None:
        """Turn the mark of every link that the query shows."""
        self._with_all(self._turn)

    def _with_all(self, act: Callable[[Numbers], None]) -> None:
        """Do something with all links that the query shows: at once with a few, a moment later with many."""
        if self.total_of_few() is not None:
            act(Numbers(self._links.listing(self._query).numbers()))
        else:
            self._read_all(act)

    @work(exclusive=True, group="mark-all")
    async def _read_all(self, act: Callable[[Numbers], None]) -> None:
        act(await self._links.numbers(self._query))

    def clear_marks(self) -> bool:
        """Unmark everything and tell whether there was anything."""
        had = self._marks.clear()
        self._marked()
        return had

    def _mark(self, numbers: Numbers) -> None:
        self._marks.add(numbers)
        self._marked()

    def _turn(self, numbers: Numbers) -> None:
        self._marks.turn(numbers)
        self._marked()

    async def look_at_marks(self, query: LinkQuery) -> None:
        """Drop the marks of links that are gone, and count those that the query does not show."""
        if not self._marks:
            return
        if len(self._marks) <= FEW_MARKS:
            marks = array("q", self._marks)
            there, shown = (Numbers(self._links.listing(one).sorted(marks)) for one in (PRESENT, query))
        else:
            there, shown = await self._links.numbers(PRESENT), await self._links.numbers(query)
        self._marks.drop(there, shown=shown)

    def total_of_few(self) -> int | None:
        """Return how many links there are in all, or None if they are not counted at once."""
        return self._links.total(most=SMALL)

    def write_titles(self) -> None:
        """Write into the borders what is shown and marked."""
        raise NotImplementedError

    def _marked(self) -> None:
        self.table.refresh_rows()
        self.write_titles()
        self.post_message(self.Highlighted(self))  # other commands matter for marks

    def _is_marked(self, link: Link) -> bool:
        return link.number in self._marks


def key_of(link: Link) -> Key:
    """Return what a link is known by."""
    return link.account, link.id
