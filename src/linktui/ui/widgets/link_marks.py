"""The marks of a list of links: they outlive its order, its filter and what is read anew."""

from __future__ import annotations

from collections.abc import Iterator

from linktui.model.numbers import Numbers


class Marks:
    """Which links are marked, by their numbers, and where a range begins."""

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._hidden = 0
        """How many of them the list does not show."""
        self.range_from: int | None = None
        """The link from which a range is to reach, while one is begun."""

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: int) -> bool:
        return number in self._numbers

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def add(self, numbers: Numbers) -> None:
        """Mark some links."""
        self._numbers |= numbers

    def turn(self, numbers: Numbers) -> None:
        """Mark those of some links that were not, and unmark the others."""
        self._numbers ^= numbers

    def drop(self, there: Numbers, *, shown: Numbers) -> None:
        """Unmark what is not there any more, and count what is not shown."""
        self._numbers &= there
        self._hidden = len(self._numbers - shown)

    def clear(self) -> bool:
        """Unmark everything and tell whether there was anything."""
        had = bool(self._numbers) or self.range_from is not None
        self._numbers, self._hidden, self.range_from = Numbers(), 0, None
        return had

    @property
    def words(self) -> str:
        """What the list's border says of them."""
        hidden = f", {self._hidden} not shown" if self._hidden else ""
        marked = f", {len(self)} marked{hidden}" if self._numbers else ""
        return marked + (", v ends the range" if self.range_from is not None else "")
