"""Fault 27: a disk that is full, broken or read-only loses nothing.

The full disk is a real one (a small tmpfs) where the tests run as root; the failing one is `os` itself, which
is all that the store has between itself and the disk.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import apsw
import httpx
import pytest

from linktui.linkserver import blobs, limits
from linktui.linkserver.server import LinkServer
from linktui.linkserver.token import load_or_create_token
from linktui.model.errors import StorageUnusable
from tests.server.conftest import Clock, Share, make_link, open_share
from tests.server.test_tus import TUS, begin, content, send

SPACE = 8 << 20
DATA = bytes(range(256)) * 12_000


def mounted(where: Path, options: str) -> Iterator[Path]:
    where.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", where], capture_output=True)
    if made.returncode:
        pytest.skip(f"only root mounts a disk of its own: {made.stderr.decode().strip()}")
    try:
        yield where
    finally:
        subprocess.run(["umount", "--lazy", where], check=True)


def remount(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", disk], check=True)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a disk of 8 MiB, of which the server may use all."""
    monkeypatch.setattr(blobs, "DISK_RESERVE", 0)
    yield from mounted(tmp_path / "disk", f"size={SPACE}")


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a disk of few files."""
    monkeypatch.setattr(blobs, "DISK_RESERVE", 0)
    yield from mounted(tmp_path / "disk", f"size={SPACE},nr_inodes=30")


async def offset_of(share: Share, place: str) -> int:
    return int((await share.owner.head(place, headers=TUS)).headers["upload-offset"])


def is_sound(share: Share) -> bool:
    return bool(share.store.database.read.pragma("integrity_check") == "ok")


async def test_fault_27_on_a_full_disk_an_upload_waits_and_goes_on_once_there_is_room(
    small: Path, clock: Clock
) -> None:
    share = open_share(small / "server", clock)
    place = (await begin(share, len(DATA))).headers["location"]
    assert (await send(share, place, 0, DATA[:1_000_000])).status_code == 204
    filler = small / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
    assert os.statvfs(small).f_bavail == 0
    for _ in range(3):
        answer = await send(share, place, 1_000_000, DATA[1_000_000:])
        assert answer.status_code in {503, 507}
    assert (await share.owner.post("/api/files?name=a", content=bytes(1 << 20))).status_code == 507
    assert (await begin(share, 1 << 20)).status_code == 507
    link = await share.owner.post("/api/links", json={"kind": "upload"})
    assert link.status_code in {201, 503}
    assert await offset_of(share, place) == 1_000_000
    filler.unlink()
    last = await send(share, place, 1_000_000, DATA[1_000_000:])
    assert await content(share, last.headers["linktui-file"]) == DATA
    assert is_sound(share)
    assert list((small / "server" / "tmp").iterdir()) == []
    share.store.close()


async def test_fault_27_a_disk_without_room_for_another_file_says_so_and_works_again(
    few: Path, clock: Clock
) -> None:
    share = open_share(few / "server", clock)
    place = (await begin(share, 4)).headers["location"]
    fillers = [few / f"filler {number}" for number in range(os.statvfs(few).f_ffree)]
    for filler in fillers:
        filler.touch()
    # There is room for the bytes, but not for the directory that they belong into.
    assert (await send(share, place, 0, b"0123")).status_code == 507
    assert (await begin(share, 4)).status_code == 507
    assert (await share.owner.post("/api/files?name=a", content=b"x")).status_code == 507
    assert await offset_of(share, place) == 4
    for filler in fillers:
        filler.unlink()
    last = await send(share, place, 4, b"")
    assert await content(share, last.headers["linktui-file"]) == b"0123"
    assert is_sound(share)
    share.store.close()


async def test_fault_27_a_read_only_disk_is_said_at_the_start_and_nothing_is_lost_by_it(
    small: Path, clock: Clock
) -> None:
    directory = small / "server"
    share = open_share(directory, clock)
    place = (await begin(share, 4)).headers["location"]
    await send(share, place, 0, b"01")
    share.store.close()
    remount(small, "ro")
    with pytest.raises(StorageUnusable, match="catalogue") as found:
        open_share(directory, clock)
    assert "read" in str(found.value)
    remount(small, "rw")
    share = open_share(directory, clock)
    assert await offset_of(share, place) == 2
    last = await send(share, place, 2, b"23")
    assert await content(share, last.headers["linktui-file"]) == b"0123"
    assert is_sound(share)
    share.store.close()


def failing(error: int, calls: list[int]) -> Callable[..., int]:
    def fail(*_: object, **__: object) -> int:
        calls.append(error)
        raise OSError(error, os.strerror(error))

    return fail


FAILURES = [
    ("write", errno.ENOSPC, 507),
    ("write", errno.EDQUOT, 507),
    ("write", errno.EFBIG, 507),
    ("write", errno.EIO, 503),
    ("fdatasync", errno.EIO, 503),
    ("fdatasync", errno.ENOSPC, 507),
    ("fsync", errno.EIO, 503),
    ("rename", errno.EIO, 503),
    ("rename", errno.EROFS, 503),
    ("mkdir", errno.ENOSPC, 507),
    ("open", errno.EMFILE, 503),
    ("open", errno.EROFS, 503),
    ("ftruncate", errno.EIO, 503),
    ("pread", errno.EIO, 503),
]


@pytest.mark.parametrize(("call", "error", "status"), FAILURES)
async def test_fault_27_whichever_call_to_the_disk_fails_it_is_said_and_the_upload_goes_on_after(
    share: Share, monkeypatch: pytest.MonkeyPatch, call: str, error: int, status: int
) -> None:
    directory = share.store.database.path.parent
    link = await share.link(kind="upload")
    place = (await begin(share, len(DATA))).headers["location"]
    await send(share, place, 0, DATA[:1000])
    calls: list[int] = []
    with monkeypatch.context() as disk:
        disk.setattr(os, call, failing(error, calls))
        answers = [
            await send(share, place, 1000, DATA[1000:]),
            await share.stranger.put(f"/l/{link['slug']}/a", content=b"x"),
        ]
    assert calls
    told = {answer.status_code for answer in answers}
    assert told <= {status, 201} if call == "ftruncate" else told == {status}
    offset = await offset_of(share, place)
    assert offset in {1000, len(DATA)}
    last = await send(share, place, offset, DATA[offset:])
    assert await content(share, last.headers["linktui-file"]) == DATA
    assert (await share.stranger.put(f"/l/{link['slug']}/a", content=b"x")).status_code == 201
    assert is_sound(share)
    share.store.collect(share.store.clock())
    assert list((directory / "tmp").iterdir()) == []
    blob_count = len([path for path in (directory / "blobs").rglob("*") if path.is_file()])
    assert blob_count == len((await share.owner.get("/api/files")).json()["data"])


async def test_fault_27_a_catalogue_that_cannot_be_written_keeps_what_was_confirmed(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = (await begin(share, 4)).headers["location"]
    await send(share, place, 0, b"01")
    writer = share.store.database._writer
    limit = writer.pragma("page_count")
    writer.pragma("max_page_count", limit)
    writer.execute("CREATE TEMP TABLE kept (x)")
    with pytest.raises(apsw.FullError):
        writer.execute("CREATE TABLE filler AS SELECT randomblob(1000000) AS x")
    answer = await share.owner.post("/api/links", json={"kind": "upload", "metadata": {"a": "x" * 500}})
    while answer.status_code == 201:
        many = {f"{number}": "x" * 500 for number in range(50)}
        answer = await share.owner.post("/api/links", json={"kind": "upload", "metadata": many})
    assert answer.status_code == 503
    writer.pragma("max_page_count", limit * 100)
    last = await send(share, place, 2, b"23")
    assert await content(share, last.headers["linktui-file"]) == b"0123"
    assert is_sound(share)


async def test_fault_27_an_upload_that_was_whole_when_the_disk_failed_is_a_file_after_a_new_start(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_share(tmp_path, clock)
    place = (await begin(before, 4)).headers["location"]
    with monkeypatch.context() as disk:
        disk.setattr(os, "rename", failing(errno.EIO, []))
        assert (await send(before, place, 0, b"0123")).status_code == 503
        before.store.close()
        open_share(tmp_path, clock).store.close()  # the disk still fails, and that loses nothing
    after = open_share(tmp_path, clock)
    head = await after.owner.head(place, headers=TUS)
    assert await content(after, head.headers["linktui-file"]) == b"0123"
    after.store.close()


async def test_fault_27_what_is_announced_beyond_the_room_is_refused_before_a_byte(share: Share) -> None:
    room = os.statvfs(share.store.database.path.parent)
    size = room.f_bavail * room.f_frsize - limits.DISK_RESERVE + (1 << 30)
    if size < limits.MAX_FILE:
        assert (await begin(share, size)).status_code == 507
        head = {"Content-Length": str(size)}
        answer = await share.owner.post("/api/files?name=a", content=b"", headers=head)
        assert answer.status_code == 507


async def test_fault_37_a_catalogue_that_turns_out_to_be_damaged_is_said_once_and_answers_503(
    tmp_path: Path, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    running = LinkServer(directory=tmp_path, port=free_port)
    await running.start()
    headers = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    async with httpx.AsyncClient(
        base_url=running.url, headers=headers, trust_env=False, timeout=60
    ) as client:
        slugs = [
            (await make_link(client, b"x", metadata={f"k{n}": "v" * 500 for n in range(40)}))["slug"]
            for _ in range(10)
        ]
    await running.stop()
    catalogue = tmp_path / "catalogue.sqlite"
    whole = catalogue.read_bytes()
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2 :] = b"\xde\xad" * ((len(whole) + 1) // 4)
    catalogue.write_bytes(spoilt)
    await running.start()
    try:
        async with httpx.AsyncClient(
            base_url=running.url, headers=headers, trust_env=False, timeout=60
        ) as client:
            asked = [await client.get(path) for path in ("/api/links", *(f"/l/{slug}" for slug in slugs))]
            broken = [answer for answer in asked if answer.status_code == 503]
            assert asked[0] in broken
            assert all(answer.status_code in {200, 503} for answer in asked)
            assert (await client.get("/api/health")).status_code == 200
    finally:
        await running.stop()
    told = [record.getMessage() for record in caplog.records if "is damaged" in record.getMessage()]
    assert len(told) == 1
    assert str(catalogue) in told[0]
    assert "Traceback" not in caplog.text
    assert catalogue.read_bytes()[len(whole) // 2 :] == bytes(spoilt)[len(whole) // 2 :]
