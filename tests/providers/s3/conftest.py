"""A bucket in memory, and accounts at it: each as a machine of its own would have it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import httpx
import pytest

from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account, Connection
from linktui.providers.context import Context
from linktui.providers.registry import kind_of
from linktui.providers.s3.buckets import Buckets
from linktui.providers.s3.provider import S3Provider
from tests.fakes import Clock
from tests.providers.peer import at_once
from tests.providers.s3.bucket import BUCKET, SECRET, Bucket

PIECE = 64 * 1024
"""Bytes of a part: less than a store of today takes, so that nothing here takes long."""


@dataclass
class Machines:
    """Opens accounts at one bucket."""

    transport: httpx.AsyncBaseTransport | None
    url: str = "https://store.test"
    clock: Callable[[], object] = field(default_factory=Clock)
    piece: int = PIECE
    """Bytes of a part."""
    calls: list[Call] = field(default_factory=list)
    opened: list[S3Provider | Buckets] = field(default_factory=list)

    def open(
        self,
        *,
        secret: str = SECRET,
        reference: str = "env:KEY",
        rehearsal: list[Rehearsed] | None = None,
        **settings: str,
    ) -> S3Provider:
        """Return a provider; `reference` is where the secret is kept, empty for the chain."""
        said = {"bucket": BUCKET, "prefix": "team/"} | settings
        provider = kind_of("s3").open(self._context(said, secret, reference, rehearsal))
        assert isinstance(provider, S3Provider)
        self.opened.append(provider)
        return provider

    def open_all(self, *, secret: str = SECRET, **settings: str) -> Buckets:
        """Return a provider at all buckets."""
        provider = kind_of("s3").open(self._context(settings, secret, "env:KEY", None))
        assert isinstance(provider, Buckets)
        self.opened.append(provider)
        return provider

    def _context(
        self, said: dict[str, str], secret: str, reference: str, rehearsal: list[Rehearsed] | None
    ) -> Context:
        account = Account(
            name="acme",
            provider="s3",
            limits=replace(kind_of("s3").limits_of(said), chunk_size=self.piece),
            connection=Connection(base_url=self.url, secret=reference, rate=1e6),
            settings=said,
        )
        return Context(
            account=account,
            clock=self.clock,  # type: ignore[arg-type]  # a clock of ours, or the system's
            secret=lambda: secret,
            note=self.calls.append,
            rehearsal=rehearsal,
            sleep=at_once,
            transport=self.transport,
        )

    async def close(self) -> None:
        for provider in self.opened:
            await provider.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    return Bucket(clock, monkeypatch)


@pytest.fixture
async def machines(bucket: Bucket, clock: Clock) -> AsyncIterator[Machines]:
    machines = Machines(bucket, clock=clock)
    yield machines
    await machines.close()


@pytest.fixture
def provider(machines: Machines) -> S3Provider:
    return machines.open()


@pytest.fixture
async def stranger(bucket: Bucket) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=bucket, trust_env=False) as client:
        yield client
