"""Link passwords: argon2id, at most two at once, in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linktui.linkserver.limits import MAX_PASSWORD

AT_ONCE = 2
"""Each hash takes 64 MiB for as long as it runs."""


class Passwords:
    """Hashes and checks passwords without holding up the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, kept: str, password: str, *, allow: Callable[[], None]) -> bool:
        """Tell whether `password` is the one that was hashed; `allow` raises if it may no longer be asked."""
        if len(password.encode(errors="replace")) > MAX_PASSWORD:
            allow()
            return False
        async with self._slots:
            # Only now: of many guesses that come at once, those that wait here know of those before.
            allow()
            return await asyncio.to_thread(self._check, kept, password)

    def _check(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
