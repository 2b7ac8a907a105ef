"""The time ahead: how many links end when, and how many of them nothing brings back afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from linktui.model.link import Link
from linktui.model.query import LinkQuery
from linktui.model.saving import Saving
from linktui.model.timeline import Span, days, hours, spans
from linktui.services.expiring import Expiring
from linktui.services.links import LinkService
from linktui.storage.ahead import Outline, TimeAhead


@dataclass(frozen=True, slots=True)
class Stretch:
    """One piece of time, and what ends in it."""

    span: Span
    number: int
    final: int
    """How many of them can be saved until they end, and not after."""
    lost: int
    """How many of them nothing can save, or only with another address."""
    first: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Density:
    """How many links end in pieces of time of one length, from `moments[n]` up to `moments[n + 1]`."""

    moments: tuple[datetime, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The time ahead as of one moment."""

    at: datetime
    stretches: tuple[Stretch, ...]
    by_hour: Density
    by_day: Density


class TimelineService:
    """Looks ahead in the local database; no call is made."""

    def __init__(self, *, ahead: TimeAhead, links: LinkService, expiring: Expiring) -> None:
        self._ahead = ahead
        self._links = links
        self._expiring = expiring

    async def look(self, query: LinkQuery, *, first: int) -> Timeline:
        """Return what ends when of the links that a query shows, with the `first` links of each piece."""
        now = self._links.clock()
        pieces, pictures = spans(now), (hours(now), days(now))
        asked = self._links.asked(query)
        found = await self._ahead.read(asked, Outline(pieces, pictures, first), now=now)
        by_hour, by_day = (Density(*one) for one in zip(pictures, found.pictures, strict=True))
        stretches = [self._stretch(*one) for one in zip(pieces, found.counts, found.first, strict=True)]
        return Timeline(now, tuple(stretches), by_hour, by_day)

    def _stretch(self, span: Span, counts: Mapping[str, int], first: Sequence[Link]) -> Stretch:
        final = lost = 0
        if span.ends is not None or span.begins is not None:
            savings = {account: self._expiring.saving(account) for account in counts}
            final = sum(n for account, n in counts.items() if savings[account] is Saving.UNTIL_END)
            always = sum(n for account, n in counts.items() if savings[account] is Saving.ALWAYS)
            lost = sum(counts.values()) - final - always
        return Stretch(span, sum(counts.values()), final, lost, tuple(first))
