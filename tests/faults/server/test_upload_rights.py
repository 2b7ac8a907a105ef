"""Faults 23, 24 and 29: an upload overwrites nothing, is never larger than said, and is nobody else's."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from linktui.linkserver import receive
from linktui.linkserver.server import LinkServer
from tests.faults.server.line import all_said, connected, statuses
from tests.faults.server.resumable import part_of
from tests.server.conftest import Share, make_link
from tests.server.test_tus import STREAM, TUS, content

NAMES = [
    "same.txt",
    "same.txt",
    "x.info",
    "x.part",
    "catalogue.sqlite",
    "catalogue.sqlite-wal",
    "token",
    "tmp",
]


async def test_fault_23_a_name_overwrites_nothing_neither_a_file_nor_the_servers_own(share: Share) -> None:
    directory = share.store.database.path.parent
    link = await share.link(kind="upload")
    before = {path: path.stat().st_ino for path in directory.iterdir()}
    for number, name in enumerate(NAMES):
        body = str(number).encode()
        assert (await share.stranger.put(f"/l/{link['slug']}/{name}", content=body)).status_code == 201
    files = (await share.get_link(link))["files"]
    assert [file["name"] for file in files] == NAMES
    assert len({file["id"] for file in files}) == len(NAMES)
    for number, file in enumerate(files):
        assert await content(share, file["id"]) == str(number).encode()
    assert {path: path.stat().st_ino for path in directory.iterdir()} == before


async def test_fault_23_an_id_of_the_clients_choice_is_not_taken(share: Share) -> None:
    link = await share.link(kind="upload")
    mine = "A" * 22
    for place in (f"/l/{link['slug']}/tus/{mine}", f"/api/tus/{mine}"):
        client = share.owner if "api" in place else share.stranger
        for method in ("PATCH", "HEAD", "DELETE"):
            headers = TUS | STREAM | {"Upload-Offset": "0", "Upload-Length": "1"}
            answer = await client.request(method, place, headers=headers, content=b"x")
            assert answer.status_code == 404
    told = TUS | {"Upload-Length": "1", "Upload-Metadata": "id QUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ=="}
    made = await share.stranger.post(f"/l/{link['slug']}/tus?id={mine}", headers=told | {"Upload-Id": mine})
    assert made.status_code == 201
    assert mine not in made.headers["location"]
    assert not (share.store.database.path.parent / "tmp" / f"{mine}.part").exists()


async def test_fault_23_of_two_uploads_with_one_key_one_is_made(share: Share) -> None:
    headers = TUS | {"Upload-Length": "1", "Idempotency-Key": "k"}
    made = await asyncio.gather(*(share.owner.post("/api/tus", headers=headers) for _ in range(8)))
    assert len({answer.headers["location"] for answer in made}) == 1
    assert len(list((share.store.database.path.parent / "tmp").iterdir())) == 1


@pytest.mark.parametrize("length", ["-5", "1e3", "", "+1", " ", "0x10", "1.0", "9" * 30, "١", None])
async def test_fault_24_a_length_that_is_none_is_refused(share: Share, length: str | None) -> None:
    headers: dict[bytes, bytes] = {name.encode(): value.encode() for name, value in TUS.items()}
    if length is not None:
        headers |= {b"Upload-Length": length.encode()}
    answer = await share.owner.post("/api/tus", headers=headers)
    assert answer.status_code == 400
    deferred = await share.owner.post("/api/tus", headers=TUS | {"Upload-Defer-Length": "1"})
    assert deferred.status_code == 400
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []


async def test_fault_24_no_link_takes_more_than_a_link_may(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "MAX_RECEIVED", 10)
    monkeypatch.setattr("linktui.linkserver.multipart.MAX_RECEIVED", 10)
    link = await share.link(kind="upload")
    path = f"/l/{link['slug']}"
    tried = [
        await share.stranger.post(f"{path}/tus", headers=TUS | {"Upload-Length": "11"}),
        await share.stranger.put(f"{path}/x", content=bytes(11)),
        await share.stranger.post(f"{path}/upload", files={"files": ("x", bytes(11))}),
    ]
    assert [answer.status_code for answer in tried] == [413] * 3
    assert (await share.owner.get("/api/files")).json()["data"] == []
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []


@pytest.mark.parametrize("framing", ["Content-Length: 10000000000", "Transfer-Encoding: chunked"])
async def test_fault_24_ten_gigabytes_for_one_byte_are_stopped_at_once_and_not_kept(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path, framing: str
) -> None:
    place = (await owner.post("/api/tus", headers=TUS | {"Upload-Length": "1"})).headers["location"]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: {owner.headers['authorization']}\r\n"
        f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: {STREAM['Content-Type']}\r\n"
        f"{framing}\r\n\r\n"
    )
    sent, piece = 0, b"100000\r\n" + bytes(1 << 20) + b"\r\n"
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
    assert statuses(said) in ([413], [])
    assert sent < 64 << 20
    assert (await owner.head(place, headers=TUS)).headers["upload-offset"] == "0"
    assert part_of(tmp_path, place).stat().st_size <= 1 << 20  # what waits is cut off by the next piece
    done = await owner.patch(place, content=b"x", headers=TUS | STREAM | {"Upload-Offset": "0"})
    file = done.headers["linktui-file"]
    assert (await owner.get(f"/api/files/{file}/content")).content == b"x"


async def test_fault_24_parts_are_never_more_together_than_was_announced(share: Share) -> None:
    place = (await share.owner.post("/api/tus", headers=TUS | {"Upload-Length": "10"})).headers["location"]
    for offset, size, status in ((0, 6, 204), (6, 5, 413), (6, 4, 204)):
        headers = TUS | STREAM | {"Upload-Offset": str(offset)}
        answer = await share.owner.patch(place, content=bytes(size), headers=headers)
        assert answer.status_code == status
    assert (await share.owner.get("/api/files")).json()["data"][0]["size"] == 10


async def _begin(share: Share, **fields: Any) -> tuple[dict[str, Any], str]:
    link = await share.link(kind="upload", **fields)
    headers = TUS | {"Upload-Length": "6"}
    made = await share.stranger.post(f"/l/{link['slug']}/tus", headers=headers)
    place = str(made.headers["location"])
    await share.stranger.patch(place, content=b"012", headers=TUS | STREAM | {"Upload-Offset": "0"})
    return link, place


@pytest.mark.parametrize("change", ["revoked", "deleted", "expired", "the quota is used up", "a password"])
async def test_fault_29_what_was_begun_is_not_finished_once_the_link_says_no_and_is_removed(
    share: Share, change: str
) -> None:
    link, place = await _begin(share)
    path = f"/api/links/{link['id']}"
    match change:
        case "revoked":
            await share.owner.post(f"{path}/revoke")
        case "deleted":
            await share.owner.delete(path)
        case "expired":
            await share.owner.patch(path, json={"expires_at": "now"})
        case "the quota is used up":
            await share.owner.patch(path, json={"download_limit": 1})
            await share.stranger.put(f"/l/{link['slug']}/x", content=b"x")
        case _:
            await share.owner.patch(path, json={"password": "new"})
    files = len((await share.owner.get("/api/files")).json()["data"])
    for method in ("PATCH", "HEAD", "DELETE"):
        headers = TUS | STREAM | {"Upload-Offset": "3"}
        answer = await share.stranger.request(method, place, headers=headers, content=b"345")
        assert answer.status_code == (401 if change == "a password" else 410)
    assert len((await share.owner.get("/api/files")).json()["data"]) == files
    share.store.collect(share.store.clock())
    parts = list((share.store.database.path.parent / "tmp").iterdir())
    assert len(parts) == (1 if change == "a password" else 0)


async def test_fault_29_another_links_client_and_the_owners_door_do_not_reach_an_upload(share: Share) -> None:
    link, place = await _begin(share)
    other, _ = await _begin(share)
    upload = place.rpartition("/")[2]
    for method in ("HEAD", "DELETE", "PATCH"):
        headers = TUS | STREAM | {"Upload-Offset": "3"}
        for client, where in (
            (share.stranger, place.replace(link["slug"], other["slug"])),
            (share.owner, f"/api/tus/{upload}"),
            (share.stranger, f"/api/tus/{upload}"),
        ):
            answer = await client.request(method, where, headers=headers, content=b"345")
            assert answer.status_code in {401, 404}
    share.store.collect(share.store.clock())
    last = await share.stranger.patch(place, content=b"345", headers=TUS | STREAM | {"Upload-Offset": "3"})
    assert last.status_code == 204
    file = (await share.get_link(link))["files"][0]["id"]
    assert await content(share, file) == b"012345"


async def test_fault_29_a_stranger_learns_no_id_of_what_they_sent(owner: httpx.AsyncClient) -> None:
    link = await make_link(owner, None, kind="upload")
    made = await owner.post(f"{link['url']}/tus", headers=TUS | STREAM | {"Upload-Length": "1"}, content=b"x")
    assert made.status_code == 201
    assert "linktui-file" not in made.headers
    sent = await owner.put(f"{link['url']}/a", content=b"x")
    assert "f_" not in sent.text
