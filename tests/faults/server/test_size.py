"""Fault 14: no size wears the server out: it is refused before it is read, parsed or hashed."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from linktui.linkserver.passwords import Passwords
from linktui.linkserver.server import LinkServer
from tests.faults.server.line import all_said, connected, statuses
from tests.server.conftest import Share, make_link

RSS_GROWTH = 32 << 20


@pytest.mark.parametrize("framing", ["Content-Length: 1073741824", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("where", ["/api/links", "/l/SLUG/unlock", "/l/SLUG/upload"])
async def test_fault_14_a_gigabyte_for_a_small_body_is_refused_early(
    server: LinkServer, owner: httpx.AsyncClient, framing: str, where: str
) -> None:
    link = await make_link(owner, None, kind="upload", password="p")
    head = (
        f"POST {where.replace('SLUG', link['slug'])} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {owner.headers['authorization']}\r\n{framing}\r\n\r\n"
    )
    piece = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sent = 0
    async with connected(server) as (reader, writer):
        writer.write(head.encode())
        hearing = asyncio.create_task(all_said(reader))
        try:
            while not hearing.done() and sent < 1 << 30:
                writer.write(piece)
                sent += len(piece)
                await writer.drain()
        except ConnectionError:
            pass
        said = await hearing
    assert statuses(said) in ([413], [401], [])  # a reset may swallow the answer
    assert sent < RSS_GROWTH
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < RSS_GROWTH


@pytest.mark.parametrize("password", ["p" * 10_000_000, "p" * 1025], ids=["10 MB", "1 KB and 1"])
async def test_fault_14_a_long_password_is_never_hashed(
    share: Share, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    link = await share.link(await share.file(), password="p")
    hashed: list[object] = []
    for act in ("hash", "verify"):
        monkeypatch.setattr(PasswordHasher, act, lambda *given: hashed.append(given))
    body = {"kind": "upload", "password": password}
    assert (await share.owner.post("/api/links", json=body)).status_code in {413, 422}
    unlock = await share.stranger.post(f"/l/{link['slug']}/unlock", data={"password": password})
    assert unlock.status_code in {401, 413}
    basic = await share.stranger.get(f"/l/{link['slug']}/download", auth=("", password))
    assert basic.status_code in {401, 431}
    assert hashed == []


async def test_fault_14_a_hundred_thousand_fields_are_refused(share: Share) -> None:
    locked, takes = await share.link(await share.file(), password="p"), await share.link(kind="upload")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for count, status in ((11, 400), (100_000, 413)):
        answer = await share.stranger.post(
            f"/l/{locked['slug']}/unlock", content=b"password=p&" * count, headers=kind
        )
        assert answer.status_code == status
    field = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n'
    answer = await share.stranger.post(
        f"/l/{takes['slug']}/upload",
        content=field * 100_000 + b"--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 413


async def test_fault_14_at_most_two_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0

    async def in_thread(act: Any, *arguments: object) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)
        running -= 1
        return True

    monkeypatch.setattr(asyncio, "to_thread", in_thread)
    keeper = Passwords()
    await asyncio.gather(*(keeper.verify("x", "p", allow=lambda: None) for _ in range(20)), keeper.hash("p"))
    assert most == 2
