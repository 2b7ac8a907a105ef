"""A link server in memory, with its clock in the test's hand; and the real one on a socket."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from linktui.linkserver.app import create_app
from linktui.linkserver.server import LinkServer
from linktui.linkserver.store import Store
from linktui.linkserver.token import load_or_create_token
from tests.server.browser import PHONE, Browser, chromium

TOKEN = "owner-token"
PUBLIC = "https://share.example"
PAGE = {"Accept": "text/html"}
NOWHERE = "kYf3kQ0b1vXw7uPz2mR9sTA"
"""What the server could have made up as an address, and has not."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Share:
    """The server from outside: `owner` has the token, `stranger` has nothing."""

    store: Store
    clock: Clock
    owner: httpx.AsyncClient
    stranger: httpx.AsyncClient
    app: Starlette

    async def file(self, data: bytes = b"hello", name: str = "a.txt") -> str:
        answer = await self.owner.post("/api/files", params={"name": name}, content=data)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def link(self, *files: str, **fields: Any) -> dict[str, Any]:
        body = {"kind": "download", "files": [{"id": file} for file in files]} | fields
        answer = await self.owner.post("/api/links", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def get_link(self, link: dict[str, Any]) -> dict[str, Any]:
        return dict((await self.owner.get(f"/api/links/{link['id']}")).json())


def open_share(directory: Path, clock: Clock) -> Share:
    store = Store.open(directory, clock=clock)
    app = create_app(store, token=TOKEN, public_url=PUBLIC)

    def client(headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=PUBLIC, headers=headers, trust_env=False
        )

    return Share(store, clock, client({"Authorization": f"Bearer {TOKEN}"}), client({}), app)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def share(tmp_path: Path, clock: Clock) -> AsyncIterator[Share]:
    opened = open_share(tmp_path, clock)
    yield opened
    await opened.owner.aclose()
    await opened.stranger.aclose()
    opened.store.close()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def server(tmp_path: Path, free_port: int) -> AsyncIterator[LinkServer]:
    running = LinkServer(directory=tmp_path, port=free_port)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def owner(server: LinkServer, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chromium(tmp_path_factory.mktemp("profile")) as address:
        yield address


@pytest.fixture
async def browser(session: str) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=session, timeout=30, trust_env=False) as client:
        browser = Browser(client)
        await browser.open("about:blank")
        await browser.scripts(allowed=True)
        await browser.devtools("Browser.setDownloadBehavior", behavior="deny")
        await browser.look(width=PHONE)
        await browser.requests()
        yield browser


async def make_link(owner: httpx.AsyncClient, data: bytes | None, **fields: object) -> dict[str, str]:
    """Return a link to a file of `data`, or to none."""
    files = []
    if data is not None:
        files = [
            {"id": (await owner.post("/api/files", params={"name": "a.bin"}, content=data)).json()["id"]}
        ]
    answer = await owner.post("/api/links", json={"kind": "download", "files": files} | fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
