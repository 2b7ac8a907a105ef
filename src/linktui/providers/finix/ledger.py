"""What each key has made already, so that a repeated act makes nothing twice.

Finix has no idempotency keys for files. Whatever is made carries its key as a tag instead, by which the next
try finds it: after a crash, or when the answer to the first one was lost. One look at a place is enough for
as long as this process lives, because nobody else uses our keys meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping


class Ledger:
    """The id of what each key made."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}
        self._looked: set[str] = set()
        self._doubtful: set[str] = set()
        """The keys for which something was asked for here, and no answer came."""

    async def find(
        self, key: str, *, place: str, look: Callable[[], Awaitable[Mapping[str, str]]]
    ) -> str | None:
        """Return what `key` made; `look` returns the newest id of each key at `place`."""
        if key not in self._made and (place not in self._looked or key in self._doubtful):
            self._made = {**await look(), **self._made}
            self._looked.add(place)
        return self._made.get(key)

    def begin(self, key: str) -> None:
        """Note that something is about to be made for `key`."""
        self._doubtful.add(key)

    def finish(self, key: str, made: str) -> None:
        """Note what was made for `key`."""
        self._made[key] = made
        self._doubtful.discard(key)
