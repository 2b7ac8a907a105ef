"""Walk a service's list page by page, and notice one that goes round in circles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from linktui.model.errors import Unintelligible
from linktui.providers.base import Page

T = TypeVar("T")


async def all_pages(
    fetch: Callable[[str | None], Awaitable[Page[T]]], *, cursor: str | None = None
) -> AsyncIterator[Page[T]]:
    """Yield every page from the first on, or from the one at `cursor`.

    Raises Unintelligible when a cursor comes again.
    """
    seen: set[str] = set()
    while True:
        page = await fetch(cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
        if cursor in seen:
            raise Unintelligible("a page that was there before")
        seen.add(cursor)
