"""What a provider is opened with: its account, how to get the secret, the clock, and who wants to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account

if TYPE_CHECKING:
    import httpx


def _to_nobody(call: Call) -> None:
    """Leave a call unnoted."""


async def _sleep(seconds: float) -> None:
    import asyncio  # here, so that what only reads the database does without its 50 ms

    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one account's provider."""

    account: Account
    clock: Callable[[], datetime]
    secret: Callable[[], str] = field(default=str, repr=False)
    """Returns the account's secret; may block, and raises SecretMissing."""
    server: Path = Path()
    """Where the embedded link server keeps its address and secret."""
    note: Callable[[Call], None] = _to_nobody
    """Takes note of each call made."""
    rehearsal: list[Rehearsed] | None = None
    """Where writes are put instead of being sent; None sends them."""
    sleep: Callable[[float], Awaitable[None]] = _sleep
    transport: httpx.AsyncBaseTransport | None = None
    """Stands in for the network in tests."""
