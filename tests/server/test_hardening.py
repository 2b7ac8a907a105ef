"""What a hostile or broken world sends: slow bodies, full disks, planted links, strange names, odd ranges."""

from __future__ import annotations

import asyncio
import errno
import os
import socket

import httpx
import pytest

from linktui.linkserver import body, streaming
from linktui.linkserver import server as serving
from linktui.linkserver.server import LinkServer
from tests.server.conftest import Share, make_link

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


async def said_to(port: int, request: bytes) -> bytes:
    """Send half a request and return all that is answered until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_half_a_header_is_hung_up_on(
    tmp_path_factory: pytest.TempPathFactory, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEADER_TIMEOUT_MS", 200)
    running = LinkServer(directory=tmp_path_factory.mktemp("slow"), port=free_port)
    await running.start()
    try:
        answer = await said_to(free_port, b"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    finally:
        await running.stop()
    assert b"200" not in answer


async def test_a_body_that_stops_coming_is_ended_and_leaves_nothing(
    server: LinkServer, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "BODY_IDLE", 0.2)
    token = owner.headers["authorization"]
    head = (
        f"POST /api/files?name=a HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        "Connection: close\r\nContent-Length: 9\r\n\r\nhalf"
    )
    answer = await said_to(server.port, head.encode())
    assert b" 408 " in answer.partition(b"\r\n")[0]


async def test_a_reader_that_takes_nothing_gives_its_slot_back(
    server: LinkServer, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "SEND_IDLE", 0.2)
    link = await make_link(owner, bytes(30_000_000), download_limit=1)
    with socket.create_connection(("127.0.0.1", server.port)) as reader:
        reader.sendall(f"GET /l/{link['slug']}/download HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        log: list[dict[str, object]] = []
        async with asyncio.timeout(10):
            while not log or log[0]["state"] == "running":
                log = (await owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert log[0]["state"] == "partial"
    assert len((await owner.get(f"{link['url']}/download")).content) == 30_000_000


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
async def test_a_full_disk_is_said_and_leaves_nothing(
    share: Share, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    link = await share.link(kind="upload")

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(fault, "full")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        answers = [
            await share.owner.post("/api/files", params={"name": "a"}, content=b"x"),
            await share.stranger.put(f"/l/{link['slug']}/a", content=b"x"),
        ]
    assert [answer.status_code for answer in answers] == [507, 507]
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []
    assert await share.file()


async def test_the_same_key_makes_one_file_of_the_same_bytes_even_at_once(share: Share) -> None:
    async def send(data: bytes, name: str = "a") -> tuple[int, str]:
        headers = {"Idempotency-Key": "k"}
        answer = await share.owner.post("/api/files", params={"name": name}, content=data, headers=headers)
        return answer.status_code, str(answer.json().get("id"))

    made = await asyncio.gather(*(send(b"same") for _ in range(12)))
    assert len(set(made)) == 1
    assert (await send(b"same"))[1] == made[0][1]
    assert (await send(b"else"))[0] == (await send(b"same", "b"))[0] == 409
    assert len((await share.owner.get("/api/files")).json()["data"]) == 1
    directory = share.store.database.path.parent
    share.store.empty_garbage()
    assert len([path for path in (directory / "blobs").rglob("*") if path.is_file()]) == 1
    assert list((directory / "tmp").iterdir()) == []


async def test_the_same_key_makes_one_link_even_at_once(share: Share) -> None:
    body = {"kind": "download", "files": [{"id": await share.file()}]}
    key = {"Idempotency-Key": "k"}
    answers = await asyncio.gather(
        *(share.owner.post("/api/links", json=body, headers=key) for _ in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await share.owner.get("/api/links")).json()["data"]) == 1
