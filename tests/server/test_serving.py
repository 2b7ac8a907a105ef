"""The real server on a real socket: it starts, serves at speed, counts what arrived, and stops."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from pathlib import Path

import httpx
import pytest

from linktui.linkserver.server import LinkServer
from linktui.linkserver.token import load_or_create_token
from linktui.model.errors import PortTaken
from tests.server.conftest import make_link


async def log_of(owner: httpx.AsyncClient, link: dict[str, str]) -> list[dict[str, object]]:
    return list((await owner.get(f"/api/links/{link['id']}/downloads")).json()["data"])


async def test_bytes_go_in_and_come_out_the_same(server: LinkServer, owner: httpx.AsyncClient) -> None:
    data = os.urandom(20_000_000)
    link = await make_link(owner, data)
    assert link["url"].startswith(server.url)
    assert (await owner.get(link["url"])).content == data
    tail = await owner.get(link["url"], headers={"Range": "bytes=19999990-"})
    assert tail.content == data[-10:]
    assert server.in_use()
    await owner.post(f"/api/links/{link['id']}/revoke")
    assert not server.in_use()


async def test_a_download_that_breaks_off_gives_its_slot_back(owner: httpx.AsyncClient) -> None:
    link = await make_link(owner, bytes(50_000_000), download_limit=1)
    async with owner.stream("GET", f"{link['url']}/download") as answer:
        async for _ in answer.aiter_raw():
            assert (await owner.get(f"{link['url']}/download")).status_code == 429
            break
    async with asyncio.timeout(60):
        while (await log_of(owner, link))[0]["state"] == "running":  # noqa: ASYNC110 - another connection's end
            await asyncio.sleep(0.02)
    assert (await log_of(owner, link))[0]["state"] == "partial"
    assert len((await owner.get(f"{link['url']}/download")).content) == 50_000_000
    assert (await owner.get(f"{link['url']}/download")).status_code == 410


async def test_a_head_has_the_length_and_no_body(owner: httpx.AsyncClient) -> None:
    link = await make_link(owner, b"12345")
    answer = await owner.head(f"{link['url']}/download")
    assert (answer.headers["content-length"], answer.content) == ("5", b"")


async def test_a_port_in_use_is_said(server: LinkServer, tmp_path: Path) -> None:
    second = LinkServer(directory=tmp_path / "other", port=server.port)
    with pytest.raises(PortTaken):
        await second.start()


async def test_what_was_made_is_there_after_a_restart_on_the_same_port(
    tmp_path: Path, free_port: int
) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    first = LinkServer(directory=tmp_path, port=free_port)
    await first.start()
    headers = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    async with httpx.AsyncClient(base_url=first.url, headers=headers, trust_env=False, timeout=60) as client:
        link = await make_link(client, b"kept")
    assert signal.getsignal(signal.SIGTERM) is handler
    await first.stop()
    second = LinkServer(directory=tmp_path, port=free_port)
    await second.start()
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        assert (await client.get(link["url"])).content == b"kept"
    await second.stop()


async def test_stopping_ends_a_download_that_nobody_reads(tmp_path: Path, free_port: int) -> None:
    server = LinkServer(directory=tmp_path, port=free_port)
    await server.start()
    headers = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, timeout=60) as client:
        link = await make_link(client, bytes(50_000_000))
        async with client.stream("GET", link["url"]):
            async with asyncio.timeout(60):
                await server.stop()


def test_the_token_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    token = load_or_create_token(tmp_path / "new")
    assert len(token) >= 32
    assert load_or_create_token(tmp_path / "new") == token
    assert stat.S_IMODE((tmp_path / "new" / "token").stat().st_mode) == 0o600
