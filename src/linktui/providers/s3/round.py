"""Ask many buckets at once: one that refuses, or is gone, holds up no other.

What keeps all of them from answering (the network, keys that are no good) is raised: it must not look as if
there were nothing in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from linktui.model.errors import NotFound, ProviderError, Rejected, Unauthorized
from linktui.providers.s3.wire import is_of_keys

T = TypeVar("T")
AT_ONCE = 8
_NO_BUCKET = "NoSuchBucket"


@dataclass(frozen=True, slots=True)
class Round(Generic[T]):
    """What came of asking each of some buckets, by their names; those that are gone are in neither."""

    told: dict[str, T]
    refused: tuple[str, ...]


async def ask_each(names: Iterable[str], ask: Callable[[str], Awaitable[T]]) -> Round[T]:
    """Ask some buckets at once; raises ProviderError where that is not about one of them."""
    turns = asyncio.Semaphore(AT_ONCE)
    told: dict[str, T] = {}
    refused: list[str] = []

    async def one(name: str) -> None:
        async with turns:
            try:
                told[name] = await ask(name)
            except ProviderError as error:
                if is_refusal(error):
                    refused.append(name)
                elif not is_gone(error):
                    raise

    tasks = [asyncio.create_task(one(name), name="ask a bucket") for name in names]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return Round(told, tuple(sorted(refused)))


def is_refusal(error: ProviderError) -> bool:
    """Tell whether it is the store that refuses, what it was asked for and not the keys."""
    return isinstance(error, Unauthorized | Rejected) and bool(error.code) and not is_of_keys(error)


def is_gone(error: ProviderError) -> bool:
    """Tell whether there is no such bucket."""
    return isinstance(error, NotFound) and error.code == _NO_BUCKET


def named(bucket: str, error: ProviderError) -> ProviderError:
    """Return an error that names the bucket, where it is that which refuses or is not there."""
    if is_gone(error):
        return Rejected(f"There is no bucket “{bucket}”", status=error.status, code=error.code)
    if not is_refusal(error):
        return error
    said = f" It said: {error.message}" if error.message else ""
    return Rejected(
        f"The account's keys may not look into the bucket “{bucket}” (s3:ListBucket).{said}",
        status=error.status,
        code=error.code,
        request_id=error.request_id,
    )
