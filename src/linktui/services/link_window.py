"""The rows of a list of any length as a sequence: what is looked at is read on from what lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import overload

from linktui.model.link import Link
from linktui.storage.listing import Listed, Listing, Place

PAGE = 50
PAGES = 12
"""Pages that are kept; a few screens."""


class LinkWindow(Sequence[Link]):
    """`length` rows of a listing; `anchor` says which row a place was found to be."""

    def __init__(
        self,
        listing: Listing,
        length: int,
        *,
        first: Sequence[Listed] = (),
        anchor: tuple[int, Place] | None = None,
    ) -> None:
        self._listing = listing
        self._length = length
        self._pages: dict[int, list[Listed]] = {}
        for number in range(len(first) // PAGE):
            self._pages[number] = list(first[number * PAGE : (number + 1) * PAGE])
        if 0 < length == len(first):
            self._pages[length // PAGE] = list(first[length // PAGE * PAGE :])
        if anchor is not None and not first:
            self._begin_at(*anchor)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Link: ...
    @overload
    def __getitem__(self, index: slice) -> list[Link]: ...
    def __getitem__(self, index: int | slice) -> Link | list[Link]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        return self._listed(index)[1]

    def place(self, index: int) -> Place:
        """Return the place of a row."""
        return self._listed(index)[0]

    def _listed(self, index: int) -> Listed:
        if not 0 <= index < self._length:
            raise IndexError(index)
        number, at = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._read(number)
            while len(self._pages) > PAGES:
                del self._pages[next(one for one in self._pages if one != number)]
        if not page:
            raise IndexError(index)
        # Another process may have taken rows away since they were counted: the end stands in for them.
        return page[min(at, len(page) - 1)]

    def _read(self, number: int) -> list[Listed]:
        before, after = self._pages.get(number - 1), self._pages.get(number + 1)
        start, end = number * PAGE, min(self._length, (number + 1) * PAGE)
        if before and len(before) == PAGE:
            return self._rows(end - start, place=before[-1][0]) or before[-1:]
        if after:
            return self._rows(PAGE, place=after[0][0], backwards=True) or after[:1]
        if start > self._length // 2:
            return self._rows(end - start, backwards=True, skip=self._length - end)
        return self._rows(PAGE, skip=start)

    def _begin_at(self, index: int, place: Place) -> None:
        number, at = divmod(index, PAGE)
        above = self._rows(at, place=place, backwards=True) if at else []
        page = above + self._rows(PAGE - at, place=place, inclusive=True)
        if len(above) == at:
            self._pages[number] = page

    def _rows(
        self,
        limit: int,
        *,
        place: Place | None = None,
        backwards: bool = False,
        inclusive: bool = False,
        skip: int = 0,
    ) -> list[Listed]:
        rows = self._listing.rows(limit, place=place, backwards=backwards, inclusive=inclusive, skip=skip)
        found = list(islice(rows, limit))
        return found[::-1] if backwards else found
