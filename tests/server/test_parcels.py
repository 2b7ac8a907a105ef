"""Many small files in one request: all of them or none, and never twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.conftest import Clock, Share, open_share

LINK = {"kind": "download", "expires_at": "2026-12-01T00:00:00Z"}
FILES = {"a.txt": b"first", "empty": b"", "ü/../b.bin": bytes(range(250)) * 20}


def parcel(files: Mapping[str, bytes], *, link: dict[str, Any] | None = None, **wrong: Any) -> bytes:
    """Return a body; the key of each file is its number."""
    rows = [
        {"name": name, "size": len(data), "key": f"k{number}", "sha256": hashlib.sha256(data).hexdigest()}
        | ({"link": link} if link else {})
        | wrong
        for number, (name, data) in enumerate(files.items())
    ]
    return json.dumps({"files": rows}).encode() + b"\n" + b"".join(files.values())


async def send(share: Share, body: bytes) -> httpx.Response:
    return await share.owner.post("/api/parcels", content=body)


async def everything(share: Share) -> tuple[int, int]:
    """Return how many files and links there are."""
    files = (await share.owner.get("/api/files")).json()["data"]
    return len(files), len((await share.owner.get("/api/links")).json()["data"])


def blobs(directory: Path) -> int:
    return sum(path.is_file() for path in (directory / "blobs").rglob("*"))


async def test_the_files_of_a_parcel_are_stored_in_its_order(share: Share) -> None:
    answer = await send(share, parcel(FILES))
    assert answer.status_code == 201, answer.text
    told = answer.json()["data"]
    assert [one["file"]["name"] for one in told] == ["a.txt", "empty", "b.bin"]
    assert [one["link"] for one in told] == [None, None, None]
    for one, data in zip(told, FILES.values(), strict=True):
        kept = await share.owner.get(f"/api/files/{one['file']['id']}/content")
        assert kept.content == data


async def test_each_file_gets_the_link_that_is_wanted_to_it(share: Share) -> None:
    told = (await send(share, parcel(FILES, link=LINK))).json()["data"]
    for one in told:
        assert one["link"] == await share.get_link(one["link"])
        assert [file["id"] for file in one["link"]["files"]] == [one["file"]["id"]]
        assert one["file"]["link_count"] == 1
    first = await share.stranger.get(told[0]["link"]["url"] + "/download")
    assert first.content == b"first"


async def test_a_parcel_that_comes_again_makes_nothing_twice(share: Share, tmp_path: Path) -> None:
    first = await send(share, parcel(FILES, link=LINK))
    again = await send(share, parcel(FILES, link=LINK))
    ids = [
        [(one["file"]["id"], one["link"]["id"]) for one in answer.json()["data"]] for answer in (first, again)
    ]
    assert ids[0] == ids[1]
    assert await everything(share) == (3, 3)
    assert blobs(tmp_path) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (parcel(FILES)[:-1], 400),
        (parcel(FILES) + b"x", 400),
        (parcel(FILES, sha256="0" * 64), 460),
        (parcel(FILES, link=LINK | {"password": "secret"}), 422),
        (parcel(FILES, link=LINK | {"expires_at": "2020-01-01T00:00:00Z"}), 422),
        (parcel(FILES, link=LINK | {"slug": "one-for-all"}), 409),
        (parcel(FILES, key="the-same"), 409),
        (b'{"files": []}\n', 422),
        (b"", 422),
        (b"\n" + bytes(9 << 20), 413),
    ],
    ids=["short", "long", "digest", "password", "past", "slug", "key", "empty", "nothing", "large"],
)
async def test_nothing_of_a_refused_parcel_is_kept(
    share: Share, tmp_path: Path, body: bytes, status: int
) -> None:
    assert (await send(share, body)).status_code == status
    assert await everything(share) == (0, 0)
    assert blobs(tmp_path) == 0


async def test_a_parcel_takes_the_token(share: Share) -> None:
    assert (await share.stranger.post("/api/parcels", content=parcel(FILES))).status_code == 401
    assert (await share.stranger.delete("/api/parcels/k0")).status_code == 401


async def test_a_key_of_other_bytes_is_refused(share: Share) -> None:
    await send(share, parcel({"a": b"one"}))
    assert (await send(share, parcel({"a": b"two"}))).status_code == 409


async def test_what_is_taken_back_is_gone_with_its_link_and_may_come_again(
    share: Share, tmp_path: Path
) -> None:
    await send(share, parcel({"a": b"one"}, link=LINK))
    for _ in range(2):
        assert (await share.owner.delete("/api/parcels/k0")).status_code == 204
        assert await everything(share) == (0, 0)
        assert blobs(tmp_path) == 0
    await send(share, parcel({"a": b"two"}, link=LINK))
    assert await everything(share) == (1, 1)


async def test_a_file_that_another_link_holds_is_not_taken_back(share: Share) -> None:
    [told] = (await send(share, parcel({"a": b"one"}, link=LINK))).json()["data"]
    await share.link(told["file"]["id"])
    await share.owner.delete("/api/parcels/k0")
    assert await everything(share) == (1, 1)


async def test_a_process_that_dies_before_the_commit_leaves_nothing(tmp_path: Path, clock: Clock) -> None:
    dead = open_share(tmp_path, clock)
    blob = "a" * 22
    with dead.store.placing([blob]):
        dead.store.blobs.put({blob: b"half a parcel"})
    dead.store.close()
    assert blobs(tmp_path) == 1
    share = open_share(tmp_path, clock)
    assert blobs(tmp_path) == 0
    share.store.close()
