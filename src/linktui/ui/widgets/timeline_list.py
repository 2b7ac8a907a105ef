"""The time ahead as a list: each piece of it with how many links end then, and the first of those."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

from textual import work
from textual.message import Message
from textual.timer import Timer

from linktui.model.errors import FilterError
from linktui.model.filter import Filter, parse_filter
from linktui.model.link import Link
from linktui.model.phrases import brief_moment, length_text
from linktui.model.query import LinkQuery
from linktui.model.saving import Saving, saving_words
from linktui.model.text import clean
from linktui.model.timeline import Span, query_of
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.services.timeline import Stretch, Timeline
from linktui.ui.widgets.link_cells import LinkCells
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column

LOOKING = "look-ahead"
MINUTE = 60.0
CALM = 8
"""While links change all the time, a look is repeated after so many times as long as it took."""
FEWEST, MOST = 3, 12
"""Links that are shown below a piece of time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a piece of time, or a link that ends in it."""

    stretch: Stretch
    link: Link | None = None


class TimelineList(Pane[Entry]):
    """Looks again when links change, and once a minute."""

    class Looked(Message):
        """What ends when was counted anew."""

        def __init__(self, timeline: Timeline) -> None:
            super().__init__()
            self.timeline = timeline

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cells = LinkCells(services.links, services.accounts)
        self._query = LinkQuery()
        self._counted: LinkQuery | None = None
        self._now = services.clock()
        self._again = False
        self._tick: Timer | None = None
        columns = (
            Column[Entry](title="Ends", cell=_what),
            Column[Entry](title="Links", cell=_number, width=7, right=True),
            Column[Entry](title="Left", cell=self._left, width=8, right=True),
            Column[Entry](title="When", cell=self._when, width=21, from_width=100),
            Column[Entry](title="Afterwards", cell=self._afterwards, width=20),
            Column[Entry](title="Account", cell=_account, width=16, from_width=120),
        )
        super().__init__(columns, key=_key_of, is_marked=lambda entry: False, id="timeline")

    @property
    def kept(self) -> Filter:
        """The filter that is typed."""
        return self._query.filter

    def query_for(self, stretch: Stretch) -> LinkQuery:
        """Return the query for the links of a piece of time."""
        return query_of(stretch.span, self._query)

    def on_mount(self) -> None:
        """Count, and again with each minute."""
        self.update()

    def show_account(self, name: str | None) -> None:
        """Count the links of one account alone, or of all."""
        if name != self._query.account:
            self._query = replace(self._query, account=name)
            self.update()

    def set_filter(self, text: str) -> None:
        """Count only what a filter lets through; one that is wrong is said and changes nothing."""
        try:
            kept = parse_filter(text)
        except FilterError as error:
            self.set_titles("Timeline", explain(error))
            return
        self._query = replace(self._query, filter=kept)
        self.update()

    def update(self) -> None:
        """Count anew; while the same is being counted, once more after that."""
        running = any(worker.group == LOOKING and not worker.is_finished for worker in self.workers)
        if running and self._counted == self._query:
            self._again = True
        else:
            self._look()

    def rest(self) -> None:
        """Stop following the clock until the next look."""
        if self._tick is not None:
            self._tick.stop()
            self._tick = None

    @work(exclusive=True, group=LOOKING)
    async def _look(self) -> None:
        while True:
            self._again = False
            self._counted = self._query
            began = monotonic()
            timeline = await self._services.timeline.look(self._query, first=self._first)
            self._show(timeline)
            if not self._again:
                return
            await asyncio.sleep(CALM * (monotonic() - began))

    @property
    def _first(self) -> int:
        """How many links of each piece there is room for."""
        return max(FEWEST, min(MOST, (self.size.height - 14) // 4))

    def _show(self, timeline: Timeline) -> None:
        self._now = timeline.at
        self._cells.read_clocks()
        entries = [
            entry
            for stretch in timeline.stretches
            for entry in (Entry(stretch), *(Entry(stretch, link) for link in _listed(stretch)))
        ]
        self.show(entries)
        alive = sum(stretch.number for stretch in timeline.stretches if not stretch.span.is_past)
        account = f" of {clean(self._query.account)}" if self._query.account else ""
        found = f" · /{clean(self.kept.text)}" if self.kept.text else ""
        self.set_titles(f"Timeline{account}{found}", f"{alive:,} alive")
        self.post_message(self.Looked(timeline))
        self.rest()
        if self.screen.is_current:
            self._tick = self.set_timer(MINUTE - self._now.timestamp() % MINUTE, self.update)

    def _left(self, entry: Entry) -> Cell:
        if entry.link is None or entry.link.expires_at is None:
            return Cell("")
        return Cell(_minutes(entry.link.expires_at - self._cells.now(entry.link)))

    def _when(self, entry: Entry) -> Cell:
        if entry.link is not None:
            return Cell(brief_moment(entry.link.expires_at, self._now), "muted")
        return Cell(span_words(entry.stretch.span, self._now), "muted")

    def _afterwards(self, entry: Entry) -> Cell:
        if entry.link is None:
            return Cell(fate_words(entry.stretch), "wait" if entry.stretch.final else "muted")
        saving = self._services.expiring.saving(entry.link.account)
        role = "wait" if saving is Saving.UNTIL_END else "muted"
        return Cell(saving_words(entry.link, saving, self._cells.now(entry.link)), role)


def span_words(span: Span, now: datetime) -> str:
    """Return when a piece of time is over, in short words."""
    if span.is_past or span.begins is None:
        return ""
    if span.ends is None:
        return f"from {_day(span.begins, now)}"
    local = span.ends.astimezone()
    if (local.hour, local.minute) != (0, 0):
        return f"until {local:%H:%M}"
    return f"to {_day(span.ends - timedelta(minutes=1), now)}"


def fate_words(stretch: Stretch) -> str:
    """Return how many links of a piece of time are final at their end, or cannot be saved at all."""
    parts = [f"{stretch.final:,} final"] if stretch.final else []
    return " · ".join([*parts, f"{stretch.lost:,} cannot"] if stretch.lost else parts)


def _listed(stretch: Stretch) -> tuple[Link, ...]:
    return () if stretch.span.begins is None else stretch.first


def _key_of(entry: Entry) -> Hashable:
    link = entry.link
    return entry.stretch.span.name if link is None else (link.account, link.id)


def _what(entry: Entry) -> Cell:
    if entry.link is not None:
        return Cell(f"  {clean(entry.link.name)}")
    name, listed = entry.stretch.span.name, len(_listed(entry.stretch))
    first = f", first {listed}" if 0 < listed < entry.stretch.number else ""
    return Cell(f"{name[0].upper()}{name[1:]}{first}", "folder" if entry.stretch.number else "muted")


def _number(entry: Entry) -> Cell:
    if entry.link is not None:
        return Cell("")
    number = entry.stretch.number
    return Cell(f"{number:,}" if number else "–", "" if number else "muted")


def _account(entry: Entry) -> Cell:
    return Cell("" if entry.link is None else clean(entry.link.account), "muted")


def _day(moment: datetime, now: datetime) -> str:
    """Return the day of a moment, with the year where it is not this one."""
    return brief_moment(moment, now).rpartition(" ")[0]


def _minutes(left: timedelta) -> str:
    """Return what is left, no finer than the minute with which it is written anew."""
    minutes = int(left.total_seconds()) // 60
    if minutes < 60:
        return "over" if left <= timedelta(0) else f"{minutes}m" if minutes else "< 1m"
    return length_text(left)
