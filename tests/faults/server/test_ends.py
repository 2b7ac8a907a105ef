"""Faults 18 and 19: what is over gives nothing by any route, and a limit is exact."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.faults.server.line import connected
from tests.server.conftest import NOWHERE, Share, make_link
from tests.server.test_tus import STREAM, TUS, Line

SOON = "2026-11-21T12:00:01Z"


async def _end(share: Share, link: dict[str, Any], how: str) -> None:
    path = f"/api/links/{link['id']}"
    if how == "expired":
        share.clock.move(seconds=1)
    elif how == "expired, and the clock set back":
        share.clock.move(seconds=1)
        await share.stranger.get("/api/health")  # whoever asks, it is noticed that the time has come
        share.clock.move(hours=-3)
    elif how == "revoked":
        await share.owner.post(f"{path}/revoke")
    elif how == "deleted":
        await share.owner.delete(path)
    elif how == "exhausted" and link["kind"] == "upload":
        await share.stranger.put(f"/l/{link['slug']}/x", content=b"x")
    else:
        await share.stranger.get(f"/l/{link['slug']}/download")


ENDS = ["expired", "expired, and the clock set back", "revoked", "deleted", "exhausted"]


def _fields(how: str) -> dict[str, Any]:
    if how.startswith("expired"):
        return {"expires_at": SOON}
    return {"download_limit": 1} if how == "exhausted" else {}


@pytest.mark.parametrize("how", ENDS)
async def test_fault_18_every_end_is_one_and_the_same_answer_on_every_route(share: Share, how: str) -> None:
    link = await share.link(await share.file(), **_fields(how))
    etag = (await share.stranger.head(f"/l/{link['slug']}/download")).headers["etag"]
    await _end(share, link, how)
    for accept in ("text/html", "application/json", "*/*"):
        seen: set[tuple[Any, ...]] = set()
        for slug in (link["slug"], NOWHERE, "%00", link["slug"] + "%20"):
            for path in ("", "/", "/download", "/files/1", "/zip", "/view/1"):
                for more in ({}, {"Range": "bytes=0-1"}, {"If-None-Match": etag}, {"If-Match": "x"}):
                    answer = await share.stranger.get(f"/l/{slug}{path}", headers={"Accept": accept} | more)
                    headers = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
                    seen.add((answer.status_code, answer.text, str(headers)))
        assert len(seen) == 1
        assert seen.pop()[0] == 410


@pytest.mark.parametrize("how", ENDS)
async def test_fault_18_a_link_that_ends_takes_nothing_not_even_what_is_under_way(
    share: Share, how: str
) -> None:
    link = await share.link(kind="upload", **_fields(how))
    tus = f"/l/{link['slug']}/tus"
    place = (await share.stranger.post(tus, headers=TUS | {"Upload-Length": "6"})).headers["location"]
    line = Line(share.app, place, 0)
    line.say(b"012")
    await line.heard.wait()
    await _end(share, link, how)
    line.messages.put_nowait({"type": "http.request", "body": b"345", "more_body": False})
    await line.task
    assert line.answers[0]["status"] == 410
    tried = [
        await share.stranger.patch(place, content=b"x", headers=TUS | STREAM | {"Upload-Offset": "0"}),
        await share.stranger.head(place, headers=TUS),
        await share.stranger.delete(place, headers=TUS),
        await share.stranger.post(tus, headers=TUS | {"Upload-Length": "6"}),
        await share.stranger.put(f"/l/{link['slug']}/x", content=b"x"),
        await share.stranger.post(f"/l/{link['slug']}/upload", files={"files": ("x", b"x")}),
        await share.stranger.get(f"/l/{link['slug']}"),
    ]
    assert {answer.status_code for answer in tried} == {410}
    kept = (await share.owner.get("/api/files")).json()["data"]
    assert len(kept) == (1 if how == "exhausted" else 0)
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []


async def test_fault_18_a_revoked_link_cannot_be_edited_back_and_an_expired_one_only_with_a_new_expiry(
    share: Share,
) -> None:
    link = await share.link(await share.file(), expires_at=SOON)
    path, public = f"/api/links/{link['id']}", f"/l/{link['slug']}"
    share.clock.move(seconds=1)
    assert (await share.owner.patch(path, json={"name": "x", "password": None})).json()["state"] == "expired"
    past = await share.owner.patch(path, json={"expires_at": "2026-11-21T12:00:00Z"})
    assert (past.status_code, (await share.stranger.get(public)).status_code) == (422, 410)
    await share.owner.post(f"{path}/revoke")
    for change in ({"expires_at": None}, {"download_limit": 9}, {"name": "x"}):
        assert (await share.owner.patch(path, json=change)).status_code == 409
    assert (await share.stranger.get(public)).status_code == 410


async def test_fault_18_a_clock_that_was_years_wrong_is_believed_once_it_is_right(share: Share) -> None:
    link = await share.link(await share.file(), expires_at="2026-12-01T00:00:00Z")
    share.clock.move(days=3650)
    assert (await share.stranger.get(f"/l/{link['slug']}")).status_code == 410
    share.clock.move(days=-3650)
    assert (await share.stranger.get(f"/l/{link['slug']}")).status_code == 200


async def test_fault_19_forty_at_once_with_three_allowed_are_exactly_three(owner: httpx.AsyncClient) -> None:
    link = await make_link(owner, b"x" * 1_000_000, download_limit=3)
    answers = await asyncio.gather(*(owner.get(f"{link['url']}/download") for _ in range(40)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 3
    assert set(statuses) <= {200, 410, 429}
    assert all(len(answer.content) == 1_000_000 for answer in answers if answer.status_code == 200)
    told = (await owner.get(f"/api/links/{link['id']}")).json()
    assert (told["downloads"], told["state"]) == (3, "exhausted")


async def test_fault_19_what_is_not_a_finished_download_is_not_counted(share: Share) -> None:
    link = await share.link(await share.file(), download_limit=5)
    path = f"/l/{link['slug']}/download"
    etag = (await share.stranger.head(path)).headers["etag"]
    assert (await share.stranger.get(path, headers={"If-None-Match": etag})).status_code == 304
    assert (await share.stranger.get(path, headers={"If-Match": '"x"'})).status_code == 412
    assert (await share.stranger.get(path, headers={"Range": "bytes=9-"})).status_code == 416
    assert (await share.get_link(link))["downloads"] == 0
    # A range would be a way to the whole for nothing, so on a limited link only one to the end is cut.
    part = await share.stranger.get(path, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (200, b"hello")
    rest = await share.stranger.get(path, headers={"Range": "bytes=2-"})
    assert (rest.status_code, rest.content) == (206, b"llo")
    assert (await share.get_link(link))["downloads"] == 2


async def test_fault_19_a_download_that_breaks_off_and_goes_on_counts_once(
    server: Any, owner: httpx.AsyncClient
) -> None:
    data = bytes(range(256)) * 200_000
    link = await make_link(owner, data, download_limit=2)
    path = f"/l/{link['slug']}/download"

    async def settled() -> list[str]:
        async with asyncio.timeout(60):
            while True:
                log = (await owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
                if log and all(row["state"] != "running" for row in log):
                    return [row["state"] for row in log]

    for want in (0, 500_000):  # before its first byte, and within
        async with connected(server) as (reader, writer):
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            await writer.drain()
            if want:
                await reader.readexactly(want)
            else:
                await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()
        assert set(await settled()) == {"partial"}
    assert (await owner.get(f"/api/links/{link['id']}")).json()["downloads"] == 0
    rest = await owner.get(path, headers={"Range": "bytes=500000-"})
    assert rest.content == data[500_000:]
    assert await settled() == ["complete", "partial", "partial"]
    assert (await owner.get(f"/api/links/{link['id']}")).json()["downloads"] == 1


async def test_fault_19_a_zip_counts_once(share: Share) -> None:
    link = await share.link(await share.file(name="a"), await share.file(name="b"), download_limit=1)
    assert (await share.stranger.head(f"/l/{link['slug']}/zip")).status_code == 200
    assert (await share.stranger.get(f"/l/{link['slug']}/zip")).status_code == 200
    assert (await share.get_link(link))["downloads"] == 1
    assert (await share.stranger.get(f"/l/{link['slug']}/files/1")).status_code == 410
