"""The queue before a real link server on a real socket, with a line between that can be made to fail."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linktui.config.locations import Locations
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.server import LinkServer
from linktui.linkserver.token import load_or_create_token
from linktui.model.capability import Account, Connection
from linktui.model.file import File
from linktui.model.link import Link, LinkSpec
from linktui.model.option import with_defaults
from linktui.model.transfer import OnConflict, Transfer
from linktui.providers.base import KeepsFiles, Provider
from linktui.providers.context import Context
from linktui.providers.local.address import Address
from linktui.providers.local.provider import LocalProvider
from linktui.providers.pages import all_pages
from linktui.providers.registry import LOCAL, kind_of
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.wiring import build
from tests.faults.client_proxy import Proxy, listening

PATIENCE = 15.0
"""Seconds without a byte after which these accounts give a call up, unless a test has less."""


class RunningClock:
    """This machine's clock, and what it was moved by."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass
class Service:
    """One account at a link server that is reached over a line of ours."""

    root: Path
    name: str
    server: LinkServer
    proxy: Proxy
    clock: RunningClock
    account: Account
    secret: str

    def connect(self, account: Account) -> Provider:
        """Return a provider of its own, as a new process would have it."""
        context = Context(account=account, clock=self.clock, secret=lambda: self.secret, sleep=at_once)
        if self.name == LOCAL:
            return LocalProvider(context, address=lambda: Address(self.proxy.url, self.secret))
        return kind_of(self.name).open(context)

    @asynccontextmanager
    async def queue(self) -> AsyncIterator[Queue]:
        """Open the data directory as a new process does."""
        house = build(Locations.below(self.root / "home"), clock=self.clock, connect_provider=self.connect)
        await house.services.accounts.replace({"acme": self.account}, default="acme")
        try:
            yield Queue(self, house)
        finally:
            await house.close()

    async def links(self) -> list[Link]:
        """Return what the service really has, asked over a line that does not fail."""
        self.proxy.heal()
        provider = self.connect(self.account)
        try:
            pages = [page async for page in all_pages(lambda cursor: provider.list_links(cursor=cursor))]
        finally:
            await provider.close()
        return [told.link for page in pages for told in page.rows]

    async def files(self) -> list[File]:
        self.proxy.heal()
        provider = self.connect(self.account)
        assert isinstance(provider, KeepsFiles)
        keeping: KeepsFiles = provider
        try:
            pages = [page async for page in all_pages(lambda cursor: keeping.list_files(cursor=cursor))]
        finally:
            await provider.close()
        return [file for page in pages for file in page.rows]


@dataclass
class Queue:
    """The queue of one process."""

    service: Service
    house: House

    async def add(self, *paths: Path, options: Mapping[str, str] | None = None) -> list[Transfer]:
        account = self.service.account
        order = Order(
            account="acme",
            paths=paths,
            share=LinkSpec(kind=account.limits.kinds[0], expires_at=self.service.clock() + timedelta(days=5)),
            options=with_defaults(account.limits.file_options, options or {}),
            on_conflict=OnConflict.KEEP_BOTH,
        )
        return list(await self.house.services.transfers.enqueue(order))

    async def work(self) -> None:
        """Do all there is to do but wait."""
        await self.engine().drain()

    def engine(self) -> Engine:
        return Engine(
            database=self.house.database,
            accounts=self.house.services.accounts,
            queue=self.house.services.transfers,
            concurrency=3,
            bandwidth_limit=0,
            clock=self.service.clock,
        )

    def now_of(self, transfer: Transfer) -> Transfer:
        latest = self.house.services.transfers.get(transfer.id)
        assert latest is not None
        return latest


@asynccontextmanager
async def serving(root: Path, name: str = LOCAL, *, patience: float = PATIENCE) -> AsyncIterator[Service]:
    """Run a link server that speaks as `name`, and a line to it."""
    async with listening() as proxy:
        proxy.target = _free_port()
        server = LinkServer(
            directory=root / "server", port=proxy.target, public_url=proxy.url, dialects=Dialects()
        )
        await server.start()
        token = load_or_create_token(root / "server")
        spoken = {LOCAL: {"base_url": proxy.url, "secret": token}} | server.dialects()
        account = Account(
            name="acme",
            provider=name,
            limits=kind_of(name).limits,
            connection=Connection(base_url=spoken[name]["base_url"], rate=1e6, timeout=patience),
            settings={key: value for key, value in spoken[name].items() if key == "username"},
        )
        try:
            yield Service(root, name, server, proxy, RunningClock(), account, spoken[name]["secret"])
        finally:
            await server.stop()


async def at_once(seconds: float) -> None:
    """Let no time pass."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
