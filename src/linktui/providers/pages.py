"""Walk a service's list page by page, and notice one that goes round in circles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from linktui.model.errors import Unintelligible
from linktui.providers.base import Page

T = TypeVar("T")
MOST_PAGES = 100_000
"""Pages of one list: with the smallest ones there are, a million links."""


class Cursors:
    """The cursors of one walk through a list."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def take(self, cursor: str) -> None:
        """Take the next one; raises Unintelligible for a list that goes round in circles or has no end."""
        if cursor in self._seen:
            raise Unintelligible("a page that was there before")
        if len(self._seen) >= MOST_PAGES:
            raise Unintelligible("a list without an end")
        self._seen.add(cursor)


async def all_pages(
    fetch: Callable[[str | None], Awaitable[Page[T]]], *, cursor: str | None = None
) -> AsyncIterator[Page[T]]:
    """Yield every page from the first on, or from the one at `cursor`.

    Raises Unintelligible for a list without an end.
    """
    cursors = Cursors()
    while True:
        page = await fetch(cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
        cursors.take(cursor)
