"""A service in memory that lists its links, newest first and a few to a page, all or those made lately."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from linktui.model.errors import Rejected
from linktui.model.link import Link
from linktui.providers.base import EVERYTHING, Page, Told, Wanted
from linktui.providers.rate import share_now
from linktui.providers.stripe.limits import LIMITS
from tests.fakes import FakeProvider

ROWS = 3


class Listing(FakeProvider):
    """Tells no changes: whoever wants to know has to list."""

    list_changes = None  # type: ignore[assignment]  # so that it is no FeedsChanges

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock, limits=LIMITS)
        self.asked: list[tuple[str | None, Wanted]] = []
        self.shares: list[float] = []
        self.on_page: Callable[[str | None], None] = lambda cursor: None

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        self._called("list_links")
        self.asked.append((cursor, wanted))
        self.shares.append(share_now())
        self.on_page(cursor)
        links = sorted(self.links.values(), key=lambda link: (link.created_at, link.id), reverse=True)
        if wanted.created_after is not None:
            links = [link for link in links if link.created_at >= wanted.created_after]
        return self._page(links, cursor)

    def _page(self, links: list[Link], cursor: str | None) -> Page[Told]:
        ids = [link.id for link in links]
        if cursor is not None and cursor not in ids:
            raise Rejected("No such cursor")
        first = 0 if cursor is None else ids.index(cursor) + 1
        rows = links[first : first + ROWS]
        more = first + ROWS < len(links)
        return Page(
            tuple(Told(replace(link), {"id": link.id}) for link in rows), rows[-1].id if more else None
        )
