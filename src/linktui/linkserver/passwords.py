"""Link passwords: argon2id, at most two at once, in threads."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar
from weakref import WeakValueDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linktui.linkserver.limits import MAX_PASSWORD

T = TypeVar("T")

AT_ONCE = 2
"""Each hash takes 64 MiB for as long as it runs."""


class Passwords:
    """Hashes and checks passwords without holding up the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._took: deque[float] = deque(maxlen=8)
        """Seconds, of the latest ones."""
        self._pretended: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._slots:
            return await self._timed(lambda: self._hasher.hash(password))

    async def verify(self, kept: str, password: str, *, allow: Callable[[], None]) -> bool:
        """Tell whether `password` is the one that was hashed; `allow` raises if it may no longer be asked."""
        if _is_too_long(password):
            allow()
            return False
        async with self._slots:
            # Only now: of many guesses that come at once, those that wait here know of those before.
            allow()
            return await self._timed(lambda: self._check(kept, password))

    async def pretend(self, where: str, password: str, *, allow: Callable[[], None]) -> None:
        """Take as long as `verify` to find a password wrong, at no cost; each place has slots of its own."""
        if _is_too_long(password):
            allow()
            return
        slots = self._pretended.setdefault(where, asyncio.Semaphore(AT_ONCE))
        async with slots:
            allow()
            if not self._took:
                await self.hash(password)
            else:
                await asyncio.sleep(random.choice(self._took))  # noqa: S311 - no secret

    async def _timed(self, act: Callable[[], T]) -> T:
        began = perf_counter()
        try:
            return await asyncio.to_thread(act)
        finally:
            self._took.append(perf_counter() - began)

    def _check(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _is_too_long(password: str) -> bool:
    return len(password.encode(errors="replace")) > MAX_PASSWORD
