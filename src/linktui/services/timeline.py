"""The time ahead: how many links end when, and how many of them nothing brings back afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from linktui.model.link import Link
from linktui.model.query import LinkQuery
from linktui.model.saving import Saving
from linktui.model.timeline import NEVER, Span, days, hours, spans
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
        outline = Outline(pieces, pictures, first, apart=self._expiring.not_lasting())
        found = await self._ahead.read(self._links.asked(query), outline, now=now)
        by_hour, by_day = (Density(*one) for one in zip(pictures, found.pictures, strict=True))
        stretches = [
            self._stretch(*one) for one in zip(pieces, found.totals, found.apart, found.first, strict=True)
        ]
        return Timeline(now, tuple(stretches), by_hour, by_day)

    def _stretch(self, span: Span, number: int, apart: Mapping[str, int], first: tuple[Link, ...]) -> Stretch:
        counts: Counter[Saving] = Counter()
        if span.name != NEVER:
            for account, some in apart.items():
                counts[self._expiring.saving(account)] += some
        lost = counts[Saving.NEVER] + counts[Saving.NEW_ADDRESS]
        return Stretch(span, number, counts[Saving.UNTIL_END], lost, first)
