"""Fault 9: ranges are answered as RFC 9110 says, whatever is asked, and never mix two files' bytes."""

from __future__ import annotations

import os
import re

import httpx
import pytest

from tests.server.conftest import Share, make_link

DATA = b"0123456789"


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [
        ("bytes=1-2", 206, b"12"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, DATA),
        ("bytes=7-", 206, b"789"),
        ("bytes=7-99", 206, b"789"),
        ("BYTES=0-0", 206, b"0"),
        ("bytes=10-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=5-2", 200, DATA),
        ("bytes=18446744073709551616-", 200, DATA),
        ("bytes=0-18446744073709551616", 200, DATA),
        ("bytes=0-5,3-9", 200, DATA),
        ("bytes=" + ",".join(["0-0"] * 2000), 200, DATA),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(0, 4000, 2)), 200, DATA),
        ("bytes=" + ",".join(["0-"] * 2000), 200, DATA),
        ("bytes=" + "0" * 5000 + "-1", 200, DATA),
        ("bytes=--1", 200, DATA),
        ("bytes=٣-٤", 200, DATA),
        ("bytes=0x1-0x2", 200, DATA),
        ("bytes=", 200, DATA),
        ("bytes", 200, DATA),
        ("lines=1-2", 200, DATA),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_fault_09_ranges_follow_the_rfc(
    share: Share, header: str, status: int, body: bytes | None
) -> None:
    link = await share.link(await share.file(DATA))
    answer = await share.stranger.get(f"/l/{link['slug']}/download", headers={b"Range": header.encode()})
    assert answer.status_code == status
    if body is not None:
        assert answer.content == body
        assert int(answer.headers["content-length"]) == len(body)
    else:
        assert answer.headers["content-range"] == "bytes */10"


async def test_fault_09_several_ranges_come_in_parts_and_a_stale_condition_gives_everything(
    share: Share,
) -> None:
    link = await share.link(await share.file(DATA))
    path = f"/l/{link['slug']}/download"
    answer = await share.stranger.get(path, headers={"Range": "bytes=0-1,8-9"})
    assert answer.status_code == 206
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert re.findall(rb"\r\n\r\n(..)\r\n", answer.content) == [b"01", b"89"]
    stale = await share.stranger.get(path, headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert (stale.status_code, stale.content) == (200, DATA)
    fresh = {"Range": "bytes=0-1", "If-Range": stale.headers["etag"]}
    assert (await share.stranger.get(path, headers=fresh)).content == b"01"
    weak = fresh | {"If-Range": f"W/{stale.headers['etag']}"}
    assert (await share.stranger.get(path, headers=weak)).content == DATA


async def test_fault_09_a_file_replaced_between_two_ranges_is_told_by_its_tag(share: Share) -> None:
    old, new = b"a" * 1000, b"b" * 1000
    link = await share.link(await share.file(old))
    path = f"/l/{link['slug']}/download"
    first = await share.stranger.get(path, headers={"Range": "bytes=0-499"})
    etag = first.headers["etag"]
    files = [{"id": await share.file(new)}]
    await share.owner.patch(f"/api/links/{link['id']}", json={"files": files})
    rest = await share.stranger.get(path, headers={"Range": "bytes=500-", "If-Range": etag})
    assert (rest.status_code, rest.content) == (200, new)
    assert rest.headers["etag"] != etag
    strict = await share.stranger.get(path, headers={"Range": "bytes=500-", "If-Match": etag})
    assert strict.status_code == 412
    files = [{"id": await share.file(old)}]
    await share.owner.patch(f"/api/links/{link['id']}", json={"files": files})
    again = await share.stranger.get(path, headers={"Range": "bytes=500-", "If-Range": etag})
    assert (again.status_code, again.content) == (206, old[500:])


async def test_fault_09_a_file_replaced_under_a_running_answer_mixes_no_bytes(
    owner: httpx.AsyncClient,
) -> None:
    data = os.urandom(8_000_000)
    link = await make_link(owner, data)
    file = (await owner.get(f"/api/links/{link['id']}")).json()["files"][0]["id"]
    other = (await owner.post("/api/files", params={"name": "b"}, content=bytes(8_000_000))).json()["id"]
    got = bytearray()
    async with owner.stream("GET", f"{link['url']}/download", headers={"Range": "bytes=1000-"}) as answer:
        async for piece in answer.aiter_raw():
            if not got:
                await owner.patch(f"/api/links/{link['id']}", json={"files": [{"id": other}]})
                assert (await owner.delete(f"/api/files/{file}")).status_code == 204
            got += piece
    assert bytes(got) == data[1000:]
