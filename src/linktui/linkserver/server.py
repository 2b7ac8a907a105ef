"""The link server inside a running event loop: granian, the store, and the housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import socket
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.applications import Starlette

from linktui.linkserver.app import create_app, create_front
from linktui.linkserver.connections import watch_connections
from linktui.linkserver.context import Site
from linktui.linkserver.crowd import is_here
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.distant import Keepers
from linktui.linkserver.sender import NOBODY, Sender
from linktui.linkserver.store import Store
from linktui.linkserver.token import load_or_create_token
from linktui.model.errors import PortTaken, StorageError
from linktui.model.wording import explain

HEADER_TIMEOUT_MS = 10_000
HEADER_BYTES = 16 * 1024
CONNECTIONS = 1_200
"""At once, a thousand slow readers among them; fewer where the system grants fewer open files."""
BACKLOG = 1024
"""Who waits to be let in."""
OTHER_FILES = 200
"""What the rest of the process may open; each connection may hold two."""
COLLECT_EVERY = 600.0
"""Seconds."""
START_PATIENCE = 10.0
DRAIN = 5.0
"""Seconds for what is under way to come to its end."""
log = logging.getLogger("linktui.linkserver")


class LinkServer:
    """Serves the links kept below one directory, whose lease the caller holds, and those kept elsewhere."""

    def __init__(
        self,
        *,
        directory: Path | None,
        host: str = "127.0.0.1",
        port: int,
        public_url: str | None = None,
        trusted_proxies: frozenset[str] = frozenset(),
        sender: Sender = NOBODY,
        dialects: Dialects | None = None,
        keepers: Keepers = tuple,
    ) -> None:
        """`keepers` returns where further links are kept; without a directory there are no others."""
        self.host = host
        self.port = port
        shown = f"[{host}]" if ":" in host else host
        self.url = (public_url or f"http://{shown}:{port}").rstrip("/")
        self._directory = directory
        self._trusted_proxies = trusted_proxies
        self._sender = sender
        self._dialects = dialects
        self._keepers = keepers
        self._stores: list[Store] = []
        """The owner's, and that of the dialects if it is apart; none where all is kept elsewhere."""
        self._context: Site | None = None
        self._server: Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def in_use(self) -> bool:
        """Tell whether any link gives or takes something now; one that is kept elsewhere always may."""
        return any(True for _ in self._keepers()) or any(store.in_use() for store in self._stores)

    def revision(self) -> int:
        """Return a number that grows with every change of a link."""
        return sum(store.revision() for store in self._stores)

    def dialects(self) -> dict[str, dict[str, str]]:
        """Return, by name, where each dialect is and how to sign in; empty if none is spoken."""
        if self._dialects is None or self._directory is None:
            return {}
        from linktui.linkserver.dialects.registry import describe  # as late as create_app imports it

        return describe(self._directory, self.url)

    async def start(self) -> None:
        """Return once connections are accepted; raises PortTaken or StorageError."""
        self._require_port()
        try:
            app = await self._application()
            self._context = app.state.context
            connections = min(CONNECTIONS, (_open_files() - OTHER_FILES) // 2)
            # No workers of its own and no signal handlers: granian's embedded server lives in this loop.
            self._server = Server(
                app,
                address=self.host,
                port=self.port,
                interface=Interfaces.ASGINL,
                http=HTTPModes.http1,
                http1_settings=HTTP1Settings(
                    header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=HEADER_BYTES
                ),
                backlog=BACKLOG,
                backpressure=connections,
                websockets=False,
                log_enabled=False,
                log_access=False,
            )
            self._tasks = [
                asyncio.create_task(self._server.serve(), name="link server"),
                asyncio.create_task(
                    watch_connections(self.port, spared=self._is_spared, most=connections),
                    name="link server connections",
                ),
            ]
            self._tasks += [
                asyncio.create_task(self._collect(store), name="link server housekeeping")
                for store in self._stores
            ]
            await self._accepting()
        except BaseException:
            await self.stop()
            raise

    async def _application(self) -> Starlette:
        if self._directory is None:
            return create_front(
                self._keepers,
                public_url=self.url,
                trusted_proxies=self._trusted_proxies,
                sender=self._sender,
            )
        store = await self._open(self._directory)
        dialects, apart = self._dialects, None
        # What a dialect has handed out already stays where it is.
        if dialects is not None and dialects.apart and not await asyncio.to_thread(store.has_dialects):
            apart = await self._open(self._directory / "dialects")
        return create_app(
            store,
            token=await asyncio.to_thread(load_or_create_token, self._directory),
            public_url=self.url,
            trusted_proxies=self._trusted_proxies,
            sender=self._sender,
            dialects=dialects,
            apart=apart,
            keepers=self._keepers,
        )

    async def _open(self, directory: Path) -> Store:
        store = await asyncio.to_thread(Store.open, directory)
        self._stores.append(store)
        return store

    async def stop(self) -> None:
        """Finish the writes at hand, break off downloads, and close everything."""
        if self._context is not None:
            self._context.stopping.set()
        if self._server is not None and self._tasks:
            serving, *others = self._tasks
            for task in others:
                task.cancel()
            self._server.stop()  # type: ignore[no-untyped-call] # granian has no annotations here
            _, late = await asyncio.wait([serving], timeout=DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._tasks = []
        while self._stores:
            await asyncio.to_thread(self._stores.pop().close)

    def _is_spared(self, address: str) -> bool:
        """Tell whether an address speaks for many: a proxy, or a tunnel on this machine."""
        return is_here(address) or address in self._trusted_proxies

    def _require_port(self) -> None:
        # Granian binds with SO_REUSEPORT: without this look two servers would share the visitors.
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise PortTaken(self.host, self.port) from error

    async def _accepting(self) -> None:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared
        async with asyncio.timeout(START_PATIENCE):
            while True:
                if self._tasks[0].done():
                    raise PortTaken(self.host, self.port)
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection(host, self.port)
                    writer.close()
                    await writer.wait_closed()
                    return
                await asyncio.sleep(0.02)

    async def _collect(self, store: Store) -> None:
        while True:
            try:
                await asyncio.to_thread(store.collect, store.clock())
            except StorageError as error:
                log.warning("housekeeping failed: %s", explain(error))
            except OSError as error:
                log.warning("housekeeping failed: %s", type(error).__name__)
            await asyncio.sleep(COLLECT_EVERY)


def _open_files() -> int:
    """Return how many files may be open at once, after asking for as many as all connections take."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else soft
