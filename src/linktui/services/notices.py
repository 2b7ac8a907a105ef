"""What an open screen tells the person before it: links that end soon, long uploads that are over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linktui.services.happenings import Happenings
from linktui.storage.errands import Errands


class Notices:
    """The notifications of one data directory; each is given to one taker alone."""

    def __init__(self, *, errands: Errands, happenings: Happenings, clock: Callable[[], datetime]) -> None:
        self._errands = errands
        self._happenings = happenings
        self._clock = clock

    async def take(self) -> list[str]:
        """Return what is to be said now, a sentence each; nobody else gets it then."""
        if not self._errands.notices():
            return []
        taken = await self._errands.take_notices(at=self._clock())
        return self._happenings.sentences(taken, on_screen=True)
