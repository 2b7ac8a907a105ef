"""Fault 8: a ZIP has safe names and stays valid beyond 4 GiB, or it is visibly broken."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import httpx
import pytest

from linktui.linkserver.server import LinkServer
from tests.faults.server.line import all_said, connected
from tests.server.conftest import Share

NAMES = {
    "b.txt": "b.txt",
    "B.TXT": "B (2).TXT",
    "..": "file",
    "..\\..\\evil.sh": "evil.sh",
    "/abs/olute": "olute",
    "C:": "C_",
    "C:\\x.exe": "x.exe",
    "CON:.txt": "CON_.txt",
    "dot.": "dot",
    "é.txt": "é.txt",
    "e\u0301.txt": "é (2).txt",
    "b (2).txt": "b (2) (2).txt",
    "empty": "empty",
}


async def test_fault_08_names_in_a_zip_are_safe_and_stay_apart_on_every_system(share: Share) -> None:
    bodies = [b"" if name == "empty" else name.encode() * 100_000 for name in NAMES]
    files = [await share.file(data, name) for name, data in zip(NAMES, bodies, strict=True)]
    link = await share.link(*files)
    answer = await share.stranger.get(f"/l/{link['slug']}/zip")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(NAMES.values())
        assert [archive.read(name) for name in archive.namelist()] == bodies
        assert len({name.casefold() for name in archive.namelist()}) == len(NAMES)
        assert all(info.external_attr >> 16 == 0o100644 for info in archive.infolist())


async def test_fault_08_a_zip_beyond_the_old_bounds_has_the_wide_fields(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the real 4 GiB of the soak test show at once: the bound is made small, the reader is not told."""
    files = [await share.file(os.urandom(50_000), f"{number}.bin") for number in range(4)]
    link = await share.link(*files)
    with monkeypatch.context() as small:
        small.setattr(zipfile, "ZIP64_LIMIT", 100_000)
        answer = await share.stranger.get(f"/l/{link['slug']}/zip")
    assert b"PK\x06\x06" in answer.content[-200:]  # the wide end of the directory
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert [info.header_offset > 100_000 for info in archive.infolist()] == [False, False, True, True]


@pytest.mark.soak  # moves more than 4 GiB through the disk
async def test_fault_08_a_zip_of_more_than_4_gib_opens(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path
) -> None:
    if shutil.disk_usage(tmp_path).free < 12 << 30:
        pytest.skip("needs 12 GiB of disk")
    tus = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    size, piece = (4 << 30) + 5, bytes(1 << 20)
    place = (await owner.post("/api/tus", headers=tus | {"Upload-Length": str(size)})).headers["location"]

    async def zeros() -> object:
        for _ in range(size >> 20):
            yield piece
        yield bytes(size % (1 << 20))

    sent = await owner.patch(place, headers=tus | {"Upload-Offset": "0"}, content=zeros(), timeout=None)  # type: ignore[arg-type]
    small = await owner.post("/api/files", params={"name": "small"}, content=b"small")
    files = [{"id": sent.headers["linktui-file"]}, {"id": small.json()["id"]}]
    link = (await owner.post("/api/links", json={"kind": "download", "files": files})).json()
    whole = tmp_path / "whole.zip"
    with whole.open("wb") as target:
        async with owner.stream("GET", f"{link['url']}/zip", timeout=None) as answer:
            async for data in answer.aiter_bytes():
                target.write(data)
    with ZipFile(whole) as archive:
        first, second = archive.infolist()
        assert (first.file_size, second.header_offset > 4 << 30) == (size, True)
        assert archive.read("small") == b"small"


@pytest.mark.parametrize("victim", ["removed", "cut short"])
async def test_fault_08_a_file_lost_under_way_breaks_the_zip_and_never_ends_it_well(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path, victim: str
) -> None:
    files = []
    for name in ("one", "two"):
        made = await owner.post("/api/files", params={"name": name}, content=os.urandom(3_000_000))
        files.append({"id": made.json()["id"]})
    blobs = {path for path in (tmp_path / "blobs").rglob("*") if path.is_file()}
    link = (await owner.post("/api/links", json={"kind": "download", "files": files})).json()
    async with connected(server) as (reader, writer):
        writer.write(f"GET /l/{link['slug']}/zip HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        said = await reader.readexactly(100_000)
        for blob in blobs:  # the first one is open and read to its end; the second one is not there
            blob.unlink() if victim == "removed" else os.truncate(blob, 1_000)
        said += await all_said(reader)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert not said.endswith(b"0\r\n\r\n")  # the end of a chunked body
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(said))
    async with asyncio.timeout(60):
        log: list[dict[str, object]] = []
        while not log or log[0]["state"] == "running":
            log = (await owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert log[0]["state"] == "partial"
    with suppress(httpx.HTTPError):
        assert (await owner.get(f"{link['url']}/zip")).status_code == 503
    assert (await owner.get("/api/health")).status_code == 200
