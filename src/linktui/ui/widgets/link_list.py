"""The list of links: a window on the local database, with live time left."""

from __future__ import annotations

import asyncio
import math
from array import array
from dataclasses import replace
from datetime import datetime
from time import monotonic

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from linktui.model.errors import FilterError
from linktui.model.filter import ALL, Filter, parse_filter
from linktui.model.link import Link
from linktui.model.numbers import Numbers
from linktui.model.phrases import (
    seconds_to_change,
)
from linktui.model.query import Counts, LinkQuery, LinkSort
from linktui.model.text import cell_width, clean
from linktui.model.wording import explain
from linktui.services.accounts import AccountService
from linktui.services.link_window import PAGE, LinkWindow
from linktui.services.links import LinkService
from linktui.storage.listing import Listing, Place
from linktui.storage.survey import Survey
from linktui.ui.terminal.line import is_slow
from linktui.ui.widgets.link_cells import LinkCells
from linktui.ui.widgets.marked_links import PRESENT, MarkedLinks
from linktui.ui.widgets.pane import FilterInput
from linktui.ui.widgets.rows import Rows
from linktui.ui.window import Window

NOTHING_YET = "Nothing is shared yet.\n2 shows your files: u there shares one."
AFTER = 0.001
"""Seconds after a change at which it has happened for sure."""
STANDS = 0.3
"""Seconds after which a list that was scrolled is taken to stand."""
CALM = 8
"""A list that changes all the time is gone through again after so many times as long as it took."""
COUNTING = "count-links"
_SORTS = {
    "Name": LinkSort.NAME,
    "Kind": LinkSort.KIND,
    "State": LinkSort.STATE,
    "Time left": LinkSort.EXPIRES,
    "Expires": LinkSort.EXPIRES,
    "Downl.": LinkSort.DOWNLOADS,
    "Account": LinkSort.ACCOUNT,
    "Created": LinkSort.CREATED,
    "Size": LinkSort.SIZE,
}
"""What a click on a column's title sorts by."""
_FIRST_DOWN = {LinkSort.CREATED, LinkSort.DOWNLOADS, LinkSort.SIZE}
"""Columns whose first order is the largest or latest first."""


class LinkList(MarkedLinks):
    """All links that a query shows, from the local database, offline too."""

    DEFAULT_CSS = """
    LinkList {
        & > .links--fault { display: none; height: auto; max-height: 5; color: $text-error; }
        &.-faulty > .links--fault { display: block; }
    }
    """

    def __init__(self, links: LinkService, *, accounts: AccountService) -> None:
        self._accounts = accounts
        self._cells = LinkCells(links, accounts)
        self._saved = self._typed = ALL
        self._counts_now: Counts | None = Counts(0, 0)
        self._shown: LinkQuery | None = None
        self._counted: LinkQuery | None = None
        self._changed = False
        self._to_the_end = False
        self._tick: Timer | None = None
        self._fault: FilterError | None = None
        super().__init__(self._cells.columns, links)

    def compose(self) -> ComposeResult:
        """Lay out the list, and below its filter what is wrong with that."""
        yield from super().compose()
        yield Static("", classes="links--fault", markup=False)

    def on_mount(self) -> None:
        """Show what the local database holds, and keep the clock on what comes into sight."""
        self.update()
        self.watch(self.table, "scroll_y", self._arm_later, init=False)

    @property
    def saved(self) -> Filter:
        """The saved filter that is shown."""
        return self._saved

    @property
    def typed(self) -> Filter:
        """The filter that is typed, which narrows the saved one further."""
        return self._typed

    def update(self) -> None:
        """Read the list anew and show it; a long one is shown at once and counted aside."""
        self._cells.read_clocks()
        total = self.total_of_few()
        if total is not None:
            self._show_whole(total)
        elif self._shown == self._query:
            self._go_through()
        else:
            self._show_first()
            self._go_through()

    def _show_whole(self, total: int) -> None:
        listing = self._links.listing(self._query)
        shown = listing.count()
        self._counts_now = Counts(shown, total)
        if self._marks:
            there = Numbers(self._links.listing(PRESENT).numbers())
            self._marks.drop(there, shown=Numbers(listing.numbers()))
        self.show(LinkWindow(listing, shown), empty=self._empty_words(total))
        self._shown = self._query
        self.write_titles()
        self._arm()

    def _show_first(self) -> None:
        """Show what is found at once; the length is the one before where only the order is another."""
        listing = self._links.listing(self._query)
        known = listing.known()
        if known:
            self._counts_now = None
            self.show(self._window_of(known), cursor=0)
        else:
            self._show_met(listing)
        self._shown = self._query
        self.write_titles()
        self._arm()

    def _show_met(self, listing: Listing) -> None:
        """Show what a short look meets."""
        first, whole = listing.first(2 * PAGE)
        before, known = self._shown, self._counts_now
        same = before is not None and _apart_from_order(before) == _apart_from_order(self._query)
        self._counts_now = known if same else None
        length = known.shown if same and known is not None else len(first)
        empty = "No link matches." if whole else "Looking for links that match …"
        self.show(LinkWindow(listing, length, first=first), cursor=0, empty=empty)

    def _window_of(self, numbers: array[int]) -> Window[Link]:
        def load(offset: int, limit: int) -> list[Link]:
            return self._links.by_numbers(numbers[offset : offset + limit])

        return Window(len(numbers), load)

    def _go_through(self) -> None:
        """Count aside; a list that is being counted is counted once more after that."""
        if any(worker.group == COUNTING and not worker.is_finished for worker in self.workers):
            self._changed = True
            if self._counted == self._query:
                return
        self._count()

    @work(exclusive=True, group=COUNTING)
    async def _count(self) -> None:
        query = self._counted = self._query
        while True:
            self._changed = False
            began = monotonic()
            found = await self._links.survey(query, self._top())
            await self.look_at_marks(query)
            self._take(found)
            if not self._changed:
                return
            await asyncio.sleep(CALM * (monotonic() - began))

    def _top(self) -> Place | None:
        rows = self.table.rows
        top = self.table.scroll_offset.y
        return rows.place(top) if top and isinstance(rows, LinkWindow) and len(rows) > top else None

    def _take(self, found: Survey) -> None:
        """Show the list as it was found, the rows in sight where they are."""
        self._counts_now = Counts(found.shown, found.total)
        empty = self._empty_words(found.total)
        if found.found is not None:
            self.show(self._window_of(found.found), empty=empty)
        else:
            self._take_large(found, empty)
        if self._to_the_end:
            self._to_the_end = False
            self.table.action_edge(-1)
        self.write_titles()
        self._arm()

    def _take_large(self, found: Survey, empty: str) -> None:
        listing, place, top = self._links.listing(self._query), self._top(), self.table.scroll_offset.y
        if place is None or listing.reads_rows:
            anchor = None if place is None else (top, place)
            self.show(LinkWindow(listing, found.shown, anchor=anchor), empty=empty)
            return
        window = LinkWindow(listing, found.shown, anchor=(found.rank, place))
        moved = found.rank - top
        self.show(window, cursor=self.table.cursor + moved, moved=moved, empty=empty)

    def set_query(self, query: LinkQuery) -> None:
        """Show other links, or in another order."""
        if query != self._query:
            self._query = query
            self.update()

    def set_filter(self, text: str) -> None:
        """Show only what a filter lets through; one that is wrong is pointed at and changes nothing."""
        try:
            found = parse_filter(text)
        except FilterError as error:
            self._fault = error
            self.set_class(True, "-faulty")
            self.call_after_refresh(self._point_at_fault)  # the line scrolls with what is typed
            return
        self._fault = None
        self.set_class(False, "-faulty")
        self._typed = found
        self.set_query(replace(self._query, filter=self._saved.also(found)))

    def show_saved(self, saved: Filter) -> None:
        """Show what a saved filter lets through; what is typed narrows it further."""
        self._saved = saved
        self.set_query(replace(self._query, filter=saved.also(self._typed)))

    def sort_by(self, sort: LinkSort) -> None:
        """Sort by a column; by the same one again, the other way round."""
        same = sort is self._query.sort
        descending = not self._query.descending if same else sort in _FIRST_DOWN
        self.set_query(replace(self._query, sort=sort, descending=descending))

    def _point_at_fault(self) -> None:
        if self._fault is None:
            return
        field = self.query_one(FilterInput)
        before = field.value.find(self._fault.text) + self._fault.position
        column = max(0, cell_width(clean(field.value[:before])) - round(field.scroll_offset.x))
        said = self.query_one(".links--fault", Static)
        said.update(f"{' ' * column}^\n{explain(self._fault)}")

    def write_titles(self) -> None:
        """Write into the borders what is shown, how much of what, and in which order."""
        query, counts = self._query, self._counts_now
        account = f" of {clean(query.account)}" if query.account else ""
        found = f" · /{clean(self._typed.text)}" if self._typed.text else ""
        scope = " · ended too" if query.ended else ""
        plain = query.sort is LinkSort.CREATED and query.descending
        arrow = "↓" if query.descending else "↑"
        order = "" if plain else f" · by {query.sort.value} {arrow}"
        order += f" · {query.group.value}s together" if query.group else ""
        shown = "…" if counts is None else f"{counts.shown}/{counts.total}"
        self.set_titles(f"Links{account}{found}{scope}", f"{shown}{self._marks.words}{order}")

    def _empty_words(self, total: int) -> str:
        if self._query.filter.text and total:
            few = self.total_of_few() is not None
            ended = self._links.counts(replace(self._query, ended=True)).shown if few else 0
            also = f" {ended} that ended would; . shows them." if ended else ""
            way = "Esc takes the filter away." if self._typed.text else "Tab goes to the next tab."
            return f"No link matches.{also} {way}"
        if total:
            return "No link is alive. Press . to see the ended ones, or 2 and then u to share a file."
        return self._absence() or NOTHING_YET

    def _absence(self) -> str:
        """Return why nothing is known of any account, or an empty text where they simply have no links."""
        names = [account.name for account in self._accounts.all()]
        trouble = next((said for said in map(self._links.trouble, names) if said), "")
        if trouble:
            return f"{clean(trouble)}\nR looks again."
        if all(self._links.synced_at(account) is None for account in names):
            return f"Not looked at yet; the daemon is asking. R asks again.\n\n{NOTHING_YET}"
        return ""

    def _arm(self) -> None:
        """Wake when the time left of a row in sight reads differently, and not before."""
        if self._tick is not None:
            self._tick.stop()
            self._tick = None
        coarse = self._cells.coarse = is_slow(self.app)
        dues: list[float] = []
        for link in self.table.in_sight:
            now = self._cells.now(link)
            due = seconds_to_change(link.expires_at, now, coarse=coarse) if link.state(now).alive else None
            if due is not None:
                dues.append(due)
        if dues:
            self._tick = self.set_timer(_together(min(dues), self._links.clock()), self._on_tick)

    def _arm_later(self) -> None:
        """Look at what came into sight when the list stands, not with each line that it moves."""
        if self._tick is not None:
            self._tick.stop()
        self._tick = self.set_timer(STANDS, self._on_tick)

    def _on_tick(self) -> None:
        with self._cells.standing_still():
            ended = any(not link.state(self._cells.now(link)).alive for link in self.table.in_sight)
            if not ended or self._query.ended:
                self.table.tick()
                self._arm()
                return
        self.update()

    @on(Rows.TitleClicked)
    def _sort_by_title(self, event: Rows.TitleClicked) -> None:
        event.stop()
        if event.title in _SORTS:
            self.sort_by(_SORTS[event.title])


def _together(due: float, now: datetime) -> float:
    """Return the seconds until a whole second of the clock from which on `due` seconds have gone by.

    Ends that are a fraction of a second apart are then counted down together, once a second.
    """
    part = now.timestamp() % 1
    return max(0.05, math.ceil(part + due - AFTER) + AFTER - part)


def _apart_from_order(query: LinkQuery) -> LinkQuery:
    """Return what a query shows, whatever its order."""
    return replace(query, sort=LinkSort.CREATED, descending=True, group=None)
