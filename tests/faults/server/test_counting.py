"""Fault 19, at a download's last byte: whoever has it is counted, whatever becomes of line or server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from linktui.linkserver import streaming
from linktui.linkserver.errors import Disconnected
from linktui.linkserver.token import load_or_create_token
from tests.faults.server.test_broken_uploads import serving
from tests.server.conftest import Share, make_link

ROUNDS = 5
SIZE = 300_000


async def fetched(url: httpx.URL, path: str) -> int:
    """Download over a plain connection and return as soon as the last byte is there."""
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(SIZE)
    writer.transport.abort()
    return len(body)


async def test_fault_19_a_server_killed_as_the_last_byte_arrives_has_counted_it(
    tmp_path: Path, free_port: int
) -> None:
    headers = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    url = httpx.URL(f"http://127.0.0.1:{free_port}")
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
        with serving(tmp_path, free_port):
            link = await make_link(client, os.urandom(SIZE), download_limit=ROUNDS)
        for number in range(ROUNDS):
            with serving(tmp_path, free_port):
                assert (await client.get(f"/api/links/{link['id']}")).json()["downloads"] == number
                assert await fetched(url, f"/l/{link['slug']}/download") == SIZE
        with serving(tmp_path, free_port):
            told = (await client.get(f"/api/links/{link['id']}")).json()
            assert (told["downloads"], told["state"]) == (ROUNDS, "exhausted")


class Reader:
    """A client of the application itself, who may leave at any moment."""

    def __init__(self, share: Share, link: dict[str, Any]) -> None:
        self._app = share.app
        self._path = f"/l/{link['slug']}/download"
        self.left = asyncio.Event()
        self.taken = 0

    async def read(self, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Have each part of the body taken, until the server gives up."""

        async def receive() -> Message:
            await self.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            body = message.get("body", b"")
            if body:
                await take(body)
                self.taken += len(body)

        scope = {
            "type": "http",
            "method": "GET",
            "path": self._path,
            "raw_path": self._path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"x")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "scheme": "http",
            "http_version": "1.1",
        }
        with suppress(Disconnected, RuntimeError):
            await self._app(scope, receive, send)


@pytest.fixture
async def link(share: Share) -> dict[str, Any]:
    return await share.link(await share.file(bytes(SIZE)), download_limit=1)


async def test_fault_19_the_last_byte_is_given_only_when_it_is_counted(
    share: Share, link: dict[str, Any]
) -> None:
    reader = Reader(share, link)
    counts = []

    async def take(body: bytes) -> None:
        is_last = reader.taken + len(body) == SIZE
        counts.append(((await share.get_link(link))["downloads"], is_last))

    await reader.read(take)
    assert [count == is_last for count, is_last in counts] == [True] * len(counts)
    assert counts[-1] == (1, True)


async def test_fault_19_one_who_leaves_with_the_last_byte_is_counted(
    share: Share, link: dict[str, Any]
) -> None:
    reader = Reader(share, link)

    async def take(body: bytes) -> None:
        if reader.taken + len(body) == SIZE:
            reader.left.set()
            await asyncio.sleep(0)

    await reader.read(take)
    assert reader.taken == SIZE
    assert (await share.get_link(link))["downloads"] == 1


async def test_fault_19_one_who_never_takes_the_last_piece_is_counted_no_more(
    share: Share, link: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "SEND_IDLE", 0.05)
    reader = Reader(share, link)

    async def take(body: bytes) -> None:
        if reader.taken + len(body) == SIZE:
            await asyncio.Event().wait()

    await reader.read(take)
    told = await share.get_link(link)
    assert (told["downloads"], told["state"], told["last_download_at"]) == (0, "active", None)
    [row] = (await share.owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert (row["state"], row["bytes"]) == ("partial", reader.taken)


async def test_fault_19_one_who_leaves_while_it_is_counted_gets_nothing_more_and_is_not_counted() -> None:
    left, ended = asyncio.Event(), []

    class Tally:
        async def count(self, size: int) -> None:
            left.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        async def end(self, sent: int, *, lost: bool) -> None:
            ended.append((sent, lost))

    async def pieces() -> AsyncIterator[streaming.Piece]:
        yield b"first", False
        yield b"last", True

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert message.get("body") != b"last"

    stream = streaming.Stream(
        pieces(),
        status=200,
        headers={},
        stopping=asyncio.Event(),
        tally=Tally(),  # type: ignore[arg-type] # all that it has to be
    )
    with pytest.raises(Disconnected):
        await stream({"type": "http"}, receive, send)
    assert ended == [(len(b"first"), True)]
