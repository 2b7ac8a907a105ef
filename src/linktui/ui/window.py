"""The rows of one query as a sequence that reads only the pages that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

R = TypeVar("R")

PAGE = 200


class Window(Sequence[R], Generic[R]):
    """`length` rows of which `load(offset, limit)` reads some: a million cost no more than a screenful."""

    def __init__(self, length: int, load: Callable[[int, int], list[R]]) -> None:
        self._length = length
        self._load = load
        self._pages: dict[int, list[R]] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> list[R]: ...
    def __getitem__(self, index: int | slice) -> R | list[R]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        if not 0 <= index < self._length:
            raise IndexError(index)
        number, at = divmod(index, PAGE)
        if number not in self._pages:
            self._pages[number] = self._load(number * PAGE, PAGE)
        page = self._pages[number]
        if not page:
            raise IndexError(index)
        # Another process may have taken rows away since they were counted: the end stands in for them.
        return page[min(at, len(page) - 1)]
