"""Fault 13: no patience wears the server out, and nobody has to wait for the patient."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from linktui.linkserver import body, connections, limits, streaming
from linktui.linkserver import server as serving
from linktui.linkserver.server import LinkServer
from tests.faults.server.line import Line, all_said, connected, said_to, statuses
from tests.server.conftest import PUBLIC, Share, make_link


def test_fault_13_the_bounds_of_patience_are_those_that_were_promised() -> None:
    assert serving.HEADER_TIMEOUT_MS <= 10_000
    assert limits.BODY_IDLE <= 30
    assert limits.BODY_LEAST >= 1024
    assert limits.SEND_IDLE <= 60
    assert limits.AT_ONCE_EACH * 4 <= serving.CONNECTIONS
    assert limits.AT_ONCE_EACH < limits.CONNECTIONS_EACH <= serving.CONNECTIONS // 4
    assert connections.LOOK < 1


async def test_fault_13_half_a_header_is_hung_up_on(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEADER_TIMEOUT_MS", 200)
    running = LinkServer(directory=tmp_path, port=free_port)
    await running.start()
    try:
        said = await said_to(running, b"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        nothing = await said_to(running, b"")
    finally:
        await running.stop()
    assert b"200" not in said
    assert nothing == b""


@pytest.mark.parametrize("drip", [b"", b"x"], ids=["nothing more", "a byte now and then"])
async def test_fault_13_a_body_that_hardly_comes_is_ended_and_leaves_nothing(
    server: LinkServer,
    owner: httpx.AsyncClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    drip: bytes,
) -> None:
    monkeypatch.setattr(body, "BODY_IDLE", 0.3)
    token = owner.headers["authorization"]
    head = (
        f"POST /api/files?name=a HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        "Content-Length: 9999\r\n\r\n"
    )

    async def keep_dripping(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(drip)
            await asyncio.sleep(0.05)

    async with connected(server) as (reader, writer):
        writer.write(head.encode() + b"half")
        dripping = asyncio.create_task(keep_dripping(writer))
        said = await all_said(reader)
        dripping.cancel()
    assert statuses(said) == [408]
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_fault_13_a_reader_that_takes_nothing_gives_its_slot_back(
    server: LinkServer, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await make_link(owner, bytes(30_000_000), download_limit=1)
    with (
        monkeypatch.context() as impatient,
        socket.create_connection(("127.0.0.1", server.port)) as reader,
    ):
        impatient.setattr(streaming, "SEND_IDLE", 0.2)
        reader.sendall(f"GET /l/{link['slug']}/download HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        log: list[dict[str, object]] = []
        async with asyncio.timeout(60):
            while not log or log[0]["state"] == "running":
                log = (await owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert log[0]["state"] == "partial"
    assert len((await owner.get(f"{link['url']}/download")).content) == 30_000_000


async def test_fault_13_behind_500_idle_connections_another_client_is_served_before_any_is_ended(
    server: LinkServer, owner: httpx.AsyncClient
) -> None:
    lines = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(500)]
    for _, writer in lines:
        writer.write(b"GET /api/he")
    async with httpx.AsyncClient(trust_env=False, timeout=60) as another:
        assert (await another.get(f"{server.url}/api/health")).status_code == 200
    assert not any(reader.at_eof() for reader, _ in lines)
    for _, writer in lines:
        writer.close()


async def test_fault_13_one_address_keeps_no_more_connections_than_its_share(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All connections there are, and as many that wait, of one address, with endless patience."""
    monkeypatch.setattr(serving, "HEADER_TIMEOUT_MS", 600_000)
    monkeypatch.setattr(serving, "CONNECTIONS", 40)
    monkeypatch.setattr(serving, "is_here", lambda address: address == "127.0.0.1")
    running = LinkServer(directory=tmp_path, port=free_port)
    await running.start()

    async def line(source: str) -> Line:
        return await asyncio.open_connection("127.0.0.1", free_port, local_addr=(source, 0))

    try:
        idle = [await line("127.0.0.2") for _ in range(79)]
        for _, writer in idle[:5]:
            writer.write(b"GET /api/he")
        here = [await line("127.0.0.1") for _ in range(20)]
        busy = await line("127.0.0.2")
        async with asyncio.timeout(60):
            while sum(not reader.at_eof() for reader, _ in idle) > 9:
                busy[1].write(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
                assert (await busy[0].readuntil(b"}")).startswith(b"HTTP/1.1 200")
            reader, writer = await line("127.0.0.3")
            writer.write(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200")
        assert not any(one.at_eof() for one, _ in (*here, busy))
        for _, other in (*idle, *here, busy, (reader, writer)):
            other.close()
    finally:
        await running.stop()


async def test_fault_13_one_address_takes_no_more_than_its_share(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.linkserver.crowd.AT_ONCE_EACH", 3)
    link = await share.link(kind="upload")
    app = share.app
    more, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"x"
        begun.release()
        await more.wait()
        yield b"y"

    def client(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url=PUBLIC, trust_env=False)

    async with client("203.0.113.1") as greedy, client("203.0.113.2") as another, client("127.0.0.1") as here:
        path = f"/l/{link['slug']}/x"
        # The in-memory transport takes a body whole before it asks, so the app is called by hand.
        held = [asyncio.create_task(_put(app, path, "203.0.113.1", slowly())) for _ in range(3)]
        for _ in held:
            await begun.acquire()
        refused = await greedy.get("/api/health")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        assert (await another.get("/api/health")).status_code == 200
        assert (await here.get("/api/health")).status_code == 200
        more.set()
        assert await asyncio.gather(*held) == [201] * 3
        assert (await greedy.get("/api/health")).status_code == 200


async def _put(app: Any, path: str, address: str, data: AsyncIterator[bytes]) -> int:
    answers: list[Any] = []

    async def receive() -> dict[str, Any]:
        piece = await anext(data, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "PUT",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"x")],
        "client": (address, 1),
    }
    await app(scope, receive, send)
    return int(answers[0]["status"])
