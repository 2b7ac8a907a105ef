"""The files of all buckets as one list, in the order of their ids: bucket by bucket."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from linktui.model.errors import NotFound
from linktui.model.file import File, Folder
from linktui.providers.base import FolderPage, KeepsFiles, Page, Wanted
from linktui.providers.s3.all_links import REMEMBERED
from linktui.providers.s3.bucket_list import NO_TIME, BucketList
from linktui.providers.s3.places import below, file_in, split
from linktui.providers.s3.round import ask_each


class AllFiles:
    """One account's files."""

    def __init__(self, buckets: BucketList, files_of: Callable[[str], KeepsFiles], *, account: str) -> None:
        self._buckets = buckets
        self._files_of = files_of
        self._account = account

    async def page(self, cursor: str | None, wanted: Wanted) -> Page[File]:
        """Return one page; a cursor is the last id before it, or how those of the next bucket begin.

        Buckets with nothing are passed over; those that refuse are withheld.
        """
        if wanted.ids:
            return Page(await self._known(wanted.ids), None)
        names = [name for name in await self._names(cursor) if _may_hold(name, wanted.name)]
        at, inside = split(cursor) if cursor else ("", "")
        left = [name for name in names if below(name) >= below(at)] if at else names
        withheld: list[str] = []
        for number, name in enumerate(left):
            asked = replace(wanted, name=wanted.name.removeprefix(below(name)) if "/" in wanted.name else "")
            page = await self._page_of(name, inside if name == at else "", asked)
            withheld += page.withheld
            following = below(left[number + 1]) if number + 1 < len(left) else None
            if page.rows or page.next_cursor is not None or following is None:
                return Page(page.rows, page.next_cursor or following, tuple(withheld))
        return Page((), None, tuple(withheld))

    async def roots(self, beginning: str, cursor: str | None) -> FolderPage:
        """Return one page of the buckets as folders; a cursor is the store's own."""
        page = await self._buckets.page(cursor, beginning=beginning)
        folders = tuple(Folder(self._account, below(one.name), one.made_at) for one in page.rows)
        return FolderPage(folders, (), page.token or None)

    async def _names(self, cursor: str | None) -> tuple[str, ...]:
        return await self._buckets.names(within=REMEMBERED if cursor else NO_TIME)

    async def _page_of(self, name: str, inside: str, wanted: Wanted) -> Page[File]:
        """Return a page of one bucket as the account has it."""
        told = await ask_each(
            (name,), lambda one: self._files_of(one).list_files(cursor=inside or None, wanted=wanted)
        )
        page = told.told.get(name)
        if page is None:
            return Page((), None, tuple(below(one) for one in told.refused))
        rows = tuple(file_in(name, file) for file in page.rows)
        return Page(rows, None if page.next_cursor is None else below(name) + page.next_cursor)

    async def _known(self, ids: tuple[str, ...]) -> tuple[File, ...]:
        found: list[File] = []
        for some_id in ids:
            with suppress(NotFound):
                bucket, key = split(some_id)
                found.append(file_in(bucket, await self._files_of(bucket).get_file(key)))
        return tuple(found)


def _may_hold(bucket: str, beginning: str) -> bool:
    """Tell whether a bucket may hold files whose ids begin so."""
    return below(bucket).startswith(beginning) or beginning.startswith(below(bucket))
