"""Links a second from a stand-in Stripe to rows on disk, beside the official SDK's list, which keeps nothing.

Then where the CPU of a link goes, without the line: pages of 100 as they come, parsed, then written.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import stripe

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figure import Figure, paired, tell
from benchmarks.file_links import LINK, LINKS, PAGE, link, standing_in
from linktui.model.capability import Account, Connection
from linktui.providers.context import Context
from linktui.providers.stripe.limits import LIMITS
from linktui.providers.stripe.provider import StripeProvider
from linktui.providers.stripe.wire import page_from
from linktui.providers.stripe.wire_links import link_from
from linktui.services.sweep import Sweep
from linktui.storage.accounts import Accounts
from linktui.storage.database import Database
from linktui.storage.sweeps import Sweeps

ACCOUNT = "bench"
KEY = "sk_test_benchmark"
MANY = 10_000
"""Links that are parsed and written without a line."""
RUNS = 3
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


async def first_sync(address: str, database: Database) -> int:
    """Fetch every link into a new database, and return how many it holds then."""
    connection = Connection(base_url=address, rate=1e6)
    account = Account(name=ACCOUNT, provider="stripe", limits=LIMITS, connection=connection)
    provider = StripeProvider(Context(account=account, clock=now, secret=lambda: KEY))
    sweep = Sweep(
        ACCOUNT,
        provider,
        sweeps=Sweeps(database),
        memory=Accounts(database),
        share=lambda: 1.0,
        clock=now,
    )
    try:
        await sweep.run()
    finally:
        await provider.close()
    return int(database.read.execute("SELECT count(*) FROM link").get)


def ours(address: str, spent: list[float]) -> float:
    """Return the links a second of a first sync, and note its CPU seconds."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(Path(directory) / "linktui.db")
        began, cpu = time.perf_counter(), time.process_time()
        held = asyncio.run(first_sync(address, database))
        seconds = time.perf_counter() - began
        spent.append(time.process_time() - cpu)
        database.close()
    assert held == LINKS
    return LINKS / seconds


def sdk(address: str, spent: list[float]) -> float:
    """Return the links a second of the SDK's list, page after page."""
    client = stripe.StripeClient(KEY, base_addresses={"api": address})
    began, cpu = time.perf_counter(), time.process_time()
    listed = client.v1.file_links.list({"limit": PAGE, "expand": ["data.file"]})
    assert sum(1 for _ in listed.auto_paging_iter()) == LINKS
    spent.append(time.process_time() - cpu)
    return LINKS / (time.perf_counter() - began)


def figures() -> Iterator[Figure]:
    """Measure."""
    mine: list[float] = []
    theirs: list[float] = []
    with standing_in(seconds=0) as address:
        figure = paired(
            f"first sync of {LINKS:,} links from a server that answers at once, all on disk",
            lambda: ours(address, mine),
            "the stripe SDK's list alone",
            lambda: sdk(address, theirs),
            runs=RUNS,
            unit="links/s",
            scale=1.0,
        )
    cpu, other = (statistics.median(spent) / LINKS * 1e6 for spent in (mine, theirs))
    yield replace(figure, note=f"{cpu:.0f} µs of CPU a link, the SDK {other:.0f}")
    yield from by_cpu()


def by_cpu() -> Iterator[Figure]:
    """Measure what becomes of bytes that are there, by the CPU that it takes."""
    bodies = list(pages())
    runs = [asyncio.run(_twice(bodies)) for _ in range(RUNS)]
    parsing, writing, finding = (statistics.median(part) * 1e6 for part in zip(*runs, strict=True))
    yield Figure(
        name=f"page bytes to rows on disk, pages of {PAGE}, {MANY:,} links",
        unit="links per second of CPU",
        ours=tuple(1 / (parsed + written) for parsed, written, _ in runs),
        reach=">= 50000",
        note=f"parsing {parsing:.1f} µs a link, writing {writing:.1f} µs",
    )
    yield Figure(
        name="the same pages again, nothing in them changed",
        unit="links per second of CPU",
        ours=tuple(1 / (parsed + found) for parsed, _, found in runs),
        note=f"parsing {parsing:.1f} µs a link, finding nothing to write {finding:.1f} µs",
    )


async def _twice(bodies: list[bytes]) -> tuple[float, float, float]:
    """Return the CPU seconds a link takes to be parsed, to be written, and to be found as it was."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(Path(directory) / "linktui.db")
        parsed, written = await _once(database, bodies)
        _, found = await _once(database, bodies)
        database.close()
    return parsed, written, found


async def _once(database: Database, bodies: list[bytes]) -> tuple[float, float]:
    sweeps, moment = Sweeps(database), now()
    state = await sweeps.begin(ACCOUNT, at=moment)
    parsing = writing = 0.0
    for body in bodies:
        began = time.process_time()
        page = page_from(
            json.loads(body), lambda row: link_from(row, account=ACCOUNT, now=moment), backwards=False
        )
        rows = [(told.link, told.raw) for told in page.rows]
        parsed = time.process_time()
        state = replace(state, cursor=page.next_cursor, told=state.told + len(rows))
        await sweeps.save(ACCOUNT, rows, state=state, seen=moment, quietly=True, unsaid=False)
        parsing += parsed - began
        writing += time.process_time() - parsed
    return parsing / MANY, writing / MANY


def pages() -> Iterator[bytes]:
    """Return pages as Stripe has them: ids that begin with their time, names that differ, newest first."""
    chance = random.Random(1)

    def row(number: int) -> dict[str, object]:
        name = f"invoice-{chance.randrange(10_000):04}.pdf"
        file = LINK["file"] | {"id": _id("file", number, chance), "filename": name}
        return link(number) | {"id": _id("link", number, chance), "file": file}

    for last in range(MANY, 0, -PAGE):
        rows = [row(number) for number in range(last, last - PAGE, -1)]
        told = {"object": "list", "url": "/v1/file_links", "has_more": last > PAGE, "data": rows}
        yield json.dumps(told, indent=2).encode()


def _id(kind: str, number: int, chance: random.Random) -> str:
    rest, moment = number * 37 + 1_680_116_847, ""
    while rest:
        rest, digit = divmod(rest, len(_DIGITS))
        moment = _DIGITS[digit] + moment
    return f"{kind}_1{moment}LkdIwHu7ix{''.join(chance.choices(_DIGITS, k=8))}"


if __name__ == "__main__":
    tell(figures())
