"""Uploads to a sink that throws the bytes away, beside `curl -T` and the stripe SDK; and 10,000 small files.

A file of zeros, read and digested as the daemon does it. `transfer.py large` sends 10 GiB for the memory's
sake instead of 2 GiB; `profile` shows where the time goes, `profile tus` by the other way.
"""

from __future__ import annotations

import asyncio
import cProfile
import hashlib
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import stripe

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figure import Figure, paired, tell
from benchmarks.sink import sink
from benchmarks.small_files import small_files
from linktui.model.capability import Account, Connection, Limits
from linktui.providers.base import UploadsResumably
from linktui.providers.context import Context
from linktui.providers.local.address import Address
from linktui.providers.local.limits import LIMITS as LOCAL
from linktui.providers.local.provider import LocalProvider
from linktui.providers.stripe.limits import LIMITS as STRIPE
from linktui.providers.stripe.limits import PURPOSE
from linktui.providers.stripe.provider import StripeProvider
from linktui.services.source import SourceReader
from linktui.services.transfers import source_of

MIB = 1 << 20
SIZE = 1024 * MIB
SDK_SIZE = 256 * MIB
"""The SDK holds the whole file in memory."""
RUNS = 5
NAME = "evidence.pdf"
OPTIONS = {PURPOSE: "issuing_regulatory_reporting"}
"""One whose files may have any size."""


def figures() -> Iterator[Figure]:
    """Measure."""
    with sink() as address, zeros(SIZE) as path, zeros(SDK_SIZE) as small:
        for name, send in (("Stripe, one multipart request", to_stripe), ("tus, 32 MiB a request", to_tus)):
            yield beside_curl(name, path, address, send, digested=False)
            yield beside_curl(f"{name}, with its SHA-256", path, address, send, digested=True)
        yield paired(
            "Stripe, beside its SDK",
            lambda: rate_of(lambda: to_stripe(small, address, digested=False), SDK_SIZE),
            "the stripe SDK",
            lambda: rate_of(lambda: by_sdk(small, address), SDK_SIZE),
            runs=3,
            unit="MiB/s",
            scale=1.0,
        )
        yield memory(address)
    yield from small_files()


def beside_curl(name: str, path: Path, address: str, send: Callable[..., None], *, digested: bool) -> Figure:
    """Measure the rate of one way to send; the peer digests nothing."""
    spent: list[float] = []

    def ours() -> float:
        began = time.process_time()
        rate = rate_of(lambda: send(path, address, digested=digested), SIZE)
        spent.append(time.process_time() - began)
        return rate

    figure = paired(
        f"upload of 1 GiB to a sink: {name}",
        ours,
        "curl -T",
        lambda: rate_of(lambda: by_curl(path, address), SIZE),
        runs=RUNS,
        unit="MiB/s",
        scale=1.0,
        reach="" if digested else ">= 1.2 x",
    )
    return replace(figure, note=f"{statistics.median(spent):.2f} s of CPU")


def rate_of(act: Callable[[], None], size: int) -> float:
    """Return the MiB a second of an act."""
    began = time.perf_counter()
    act()
    return size / MIB / (time.perf_counter() - began)


def memory(address: str) -> Figure:
    """Return how much the process grows while it sends a large file, and the worst stall of its loop."""
    size = (10 if "large" in sys.argv else 2) * 1024 * MIB
    with zeros(size) as path:
        command = [sys.executable, __file__, "grow", str(path), address]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    grown, stall, rate = map(float, done.stdout.split())
    return Figure(
        name=f"memory that an upload of {size >> 30} GiB takes",
        unit="MiB",
        ours=(grown,),
        reach="<= 32",
        note=f"at {rate:,.0f} MiB/s; the loop was busy for {stall:.1f} ms at one go at most",
    )


def grow(path: Path, address: str) -> None:
    """Print the MiB by which this process grows, the worst stall (ms) and the rate (MiB/s)."""
    with zeros(16 * MIB) as warm:
        to_tus(warm, address, digested=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stalls: list[float] = []
    rate = rate_of(lambda: to_tus(path, address, digested=True, stalls=stalls), path.stat().st_size)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print((after - before) / 1024, max(stalls) * 1000, rate)


def to_stripe(path: Path, address: str, *, digested: bool) -> None:
    """Send a file by the provider of Stripe."""
    asyncio.run(_send(StripeProvider(_context("stripe", STRIPE, address)), path, digested=digested))


def to_tus(path: Path, address: str, *, digested: bool, stalls: list[float] | None = None) -> None:
    """Send a file by the provider of the embedded server."""
    provider = LocalProvider(_context("local", LOCAL, address), address=lambda: Address(address, "token"))
    asyncio.run(_send(provider, path, digested=digested, stalls=stalls))


def by_curl(path: Path, address: str) -> None:
    """Send a file by curl."""
    subprocess.run(["curl", "-sS", "-T", str(path), f"{address}/put"], check=True, stdout=subprocess.DEVNULL)


def by_sdk(path: Path, address: str) -> None:
    """Send a file by the official SDK, in a process of its own, as it takes so much memory."""
    client = stripe.StripeClient("sk_test_benchmark", base_addresses={"files": address})
    with path.open("rb") as file:
        client.v1.files.create({"purpose": "dispute_evidence", "file": file})


async def _send(
    provider: StripeProvider | LocalProvider,
    path: Path,
    *,
    digested: bool,
    stalls: list[float] | None = None,
) -> None:
    """Do what an upload does, but for the queue."""
    assert isinstance(provider, UploadsResumably)
    source = source_of(path)
    watching = asyncio.create_task(_watch(stalls)) if stalls is not None else None
    session = await provider.begin_upload(NAME, source.size, key="k", options=OPTIONS)
    async with SourceReader(source) as reader:
        if not digested:
            reader._digested = -1  # what is never reached is not digested
        offset = 0
        while offset < source.size:
            length = min(provider.limits.chunk_size or source.size, source.size - offset)
            status = await provider.send_piece(session, offset, length, _reading(reader, offset, length))
            offset = status.offset
        if digested:
            assert await reader.sha256() != hashlib.sha256().hexdigest()
    if watching is not None:
        watching.cancel()
    await provider.close()


def _reading(reader: SourceReader, offset: int, length: int) -> Callable[[], AsyncIterator[bytes]]:
    return lambda: reader.pieces(offset, length)


async def _watch(stalls: list[float]) -> None:
    """Note how long the loop was busy during each of many short waits: CPU seconds."""
    while True:
        began = time.thread_time()  # what others on this machine take is no stall of ours
        await asyncio.sleep(0.001)
        stalls.append(time.thread_time() - began)


def _context(kind: str, limits: Limits, address: str) -> Context:
    connection = Connection(base_url=address, rate=1e6)
    # The sink forgets what it throws away: neither service's bounds on a file are those of this measure.
    account = Account(
        name="bench", provider=kind, limits=replace(limits, largest_file=None), connection=connection
    )
    return Context(account=account, clock=lambda: datetime.now(UTC), secret=lambda: "sk_test_benchmark")


@contextmanager
def zeros(size: int) -> Iterator[Path]:
    """Yield a sparse file."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home, NAME)
        path.touch()
        os.truncate(path, size)
        yield path


def profile() -> None:
    """Show where the time goes."""
    profiled = cProfile.Profile()
    with sink() as address, zeros(SIZE) as path:
        profiled.runcall(to_tus if "tus" in sys.argv else to_stripe, path, address, digested=False)
    pstats.Stats(profiled).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    if "grow" in sys.argv:
        grow(Path(sys.argv[2]), sys.argv[3])
    elif "profile" in sys.argv:
        profile()
    else:
        tell(figures())
