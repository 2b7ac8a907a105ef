"""Time of 5,000 link changes at a Stripe that answers after 5 ms, beside its official SDK in a loop.

First the calls alone, then a whole plan: looks at the links, calls, the journal, the list. `bulk.py 64 128`
says how many calls are under way at once; `profile` and `profile plan` show where the client's time goes.
"""

from __future__ import annotations

import asyncio
import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import stripe

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bulk_plan import applied
from benchmarks.figure import Figure, paired, tell
from benchmarks.file_links import LINK, LINKS, standing_in
from linktui.model.capability import Account, Connection
from linktui.model.link import Link, LinkEdit
from linktui.providers.context import Context
from linktui.providers.stripe.limits import LIMITS
from linktui.providers.stripe.provider import StripeProvider
from linktui.providers.stripe.wire_links import link_from

SECONDS = 0.005
CHANGES = LINKS
SDK_CHANGES = 500
"""What the SDK does, one after the other: each takes as long as the next."""
UNTIL = datetime(2037, 1, 1, tzinfo=UTC)
KEY = "sk_test_benchmark"


async def change(link: Link, address: str, *, at_once: int, spent: list[float]) -> None:
    """Change `CHANGES` links, and note the CPU seconds that it took."""
    account = Account(
        name="bench",
        provider="stripe",
        limits=LIMITS,
        connection=Connection(base_url=address, rate=1e6),
    )
    provider = StripeProvider(Context(account=account, clock=lambda: datetime.now(UTC), secret=lambda: KEY))
    edit = LinkEdit(expires_at=UNTIL)

    async def some(turns: Iterator[int]) -> None:
        for turn in turns:
            await provider.update_link(replace(link, id=f"link_{turn:04}"), edit)

    turns = iter(range(CHANGES))
    began = time.process_time()
    try:
        await asyncio.gather(*(some(turns) for _ in range(at_once)))
    finally:
        await provider.close()
    spent.append(time.process_time() - began)


def ours(link: Link, address: str, *, at_once: int, spent: list[float]) -> float:
    """Return the seconds that linktui's provider takes."""
    began = time.perf_counter()
    asyncio.run(change(link, address, at_once=at_once, spent=spent))
    return time.perf_counter() - began


def sdk(address: str) -> float:
    """Return the seconds that the SDK would take for as many changes."""
    client = stripe.StripeClient(KEY, base_addresses={"api": address})
    until = int(UNTIL.timestamp())
    began = time.perf_counter()
    for _ in range(SDK_CHANGES):
        client.v1.file_links.update(str(LINK["id"]), {"expires_at": until, "expand": ["file"]})
    return (time.perf_counter() - began) * CHANGES / SDK_CHANGES


def figures() -> Iterator[Figure]:
    """Measure."""
    link = link_from(LINK, account="bench", now=datetime.now(UTC)).link
    with standing_in(seconds=SECONDS) as address:
        for at_once in [int(word) for word in sys.argv[1:] if word.isdigit()] or [64]:
            act = partial(ours, link, address, at_once=at_once)
            yield beside_sdk(f"{CHANGES:,} changes of links, {at_once} at once", act, address)
        yield beside_sdk(
            f"a plan of {CHANGES:,} changes", partial(applied, address, key=KEY, until=UNTIL), address
        )


def beside_sdk(name: str, act: Callable[..., float], address: str) -> Figure:
    """Measure how many changes a second an act makes, and note the CPU of each."""
    spent: list[float] = []
    figure = paired(
        name,
        lambda: CHANGES / act(spent=spent),
        "the stripe SDK, one by one",
        lambda: CHANGES / sdk(address),
        runs=3,
        unit="changes/s",
        scale=1.0,
        reach=">= 15 x",
    )
    cpu = statistics.median(spent) / CHANGES
    return replace(figure, note=f"{cpu * 1e6:.0f} µs of CPU a change")


def profile() -> None:
    """Show where the client's time goes."""
    link = link_from(LINK, account="bench", now=datetime.now(UTC)).link
    profiled = cProfile.Profile()
    with standing_in(seconds=SECONDS) as address:
        if "plan" in sys.argv:
            profiled.runcall(applied, address, key=KEY, until=UNTIL, spent=[])
        else:
            profiled.runcall(ours, link, address, at_once=64, spent=[])
    pstats.Stats(profiled).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    if "profile" in sys.argv:
        profile()
    else:
        tell(figures())
