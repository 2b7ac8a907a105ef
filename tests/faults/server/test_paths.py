"""Faults 1 and 2: nothing from outside becomes a path, and what is planted in the store is not followed."""

from __future__ import annotations

import errno
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from linktui.linkserver.server import LinkServer
from tests.faults.server.line import status_of
from tests.server.conftest import Share, make_link
from tests.server.test_tus import TUS

_WATCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink", "shutil.copyfile"}
_listeners: list[Callable[[str], None]] = []

CLIMBS = (
    "../",
    "..%2f",
    "%2e%2e%2f",
    "%252e%252e%252f",
    "..\\",
    "..%5c",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "%00",
    "..%00/",
    "....//",
    "%c0%ae%c0%ae/",
    "~root",
)


@contextmanager
def touched() -> Iterator[list[str]]:
    """Give the list of every path that Python opens, renames or removes meanwhile, in any thread."""
    seen: list[str] = []
    _listeners.append(seen.append)
    try:
        yield seen
    finally:
        _listeners.clear()


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _listeners and event in _WATCHED and isinstance(arguments[0], str | bytes | os.PathLike):
        _listeners[0](os.fsdecode(arguments[0]))


sys.addaudithook(_hear)  # there is no taking it back, hence the listeners


def outside(paths: list[str], *roots: Path) -> list[str]:
    """Return the absolute ones that lie in none of the directories; others are relative to an open one."""
    return [
        path
        for path in paths
        if Path(path).is_absolute() and not any(Path(path).resolve().is_relative_to(root) for root in roots)
    ]


async def test_fault_01_paths_that_climb_open_nothing_outside_the_store(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path
) -> None:
    gives = await make_link(owner, b"x", kind="view")
    takes = await make_link(owner, None, kind="upload")
    secret = tmp_path.parent / "passwd"
    before = sorted(tmp_path.parent.rglob("*"))
    token = f"Authorization: {owner.headers['authorization']}\r\n"
    body = "Content-Length: 0\r\n"
    tus = "Tus-Resumable: 1.0.0\r\n"
    give, take = f"/l/{gives['slug']}", f"/l/{takes['slug']}"
    await status_of(server, f"{give}/download")  # what is opened once is opened now
    with touched() as paths:
        for climb in CLIMBS:
            word = f"{climb}{climb}{secret.name}"
            for target in ("/l/", "/assets/", f"{give}/files/", f"{give}/view/", f"{give}/", "/"):
                assert await status_of(server, target + word) in {400, 404, 405, 410}, target + word
            for target in ("/api/files/", "/api/links/"):
                assert await status_of(server, target + word, headers=token) in {400, 404, 405}
            for method in ("HEAD", "DELETE"):
                for target in ("/api/tus/", f"{take}/tus/"):
                    status = await status_of(server, target + word, method=method, headers=token + tus)
                    assert status in {400, 404}
            for target in (f"{take}/{word}", f"/api/files?name={word}"):
                method = "POST" if "name" in target else "PUT"
                status = await status_of(server, target, method=method, headers=token + body)
                assert status in {201, 400, 404, 422}
    program = (Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[3])
    assert any(path.startswith(str(tmp_path)) for path in paths)
    assert outside(paths, tmp_path, *program) == []
    after = sorted(path for path in tmp_path.parent.rglob("*") if not path.is_relative_to(tmp_path))
    assert after == [path for path in before if not path.is_relative_to(tmp_path)]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x", "/etc/passwd", "..", ".", "a/../b", "\0/x", "//etc"]
)
async def test_fault_01_a_name_by_any_door_is_only_a_name(share: Share, name: str) -> None:
    directory = share.store.database.path.parent
    before = {path for path in directory.parent.rglob("*") if not path.is_relative_to(directory)}
    link = await share.link(kind="upload")
    told = {"Upload-Length": "0", "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}"}
    await share.stranger.post(f"/l/{link['slug']}/tus", headers=TUS | told)
    form = {"files": (name.replace("\0", "%00"), b"x")}
    await share.stranger.post(f"/l/{link['slug']}/upload", files=form)
    await share.file(b"x", name)
    names = [file["name"] for file in (await share.owner.get("/api/files")).json()["data"]]
    assert len(names) == 3
    for kept in names:
        assert not {"/", "\\", "\0"} & set(kept)
        assert kept not in {".", ".."}
    assert before == {path for path in directory.parent.rglob("*") if not path.is_relative_to(directory)}


@pytest.mark.parametrize("slug", ["../x", "..%2f..", "a/b", "..", "%00abc", "/etc", "\0ab", "abc\n", "~root"])
async def test_fault_01_a_slug_that_is_no_plain_word_is_refused(share: Share, slug: str) -> None:
    body = {"kind": "upload", "files": [], "slug": slug}
    assert (await share.owner.post("/api/links", json=body)).status_code == 422


def _symbolic(place: Path, secret: Path) -> None:
    place.symlink_to(secret)


def _dangling(place: Path, secret: Path) -> None:
    place.symlink_to(secret.with_name("nothing"))


def _hard(place: Path, secret: Path) -> None:
    place.hardlink_to(secret)


def _pipe(place: Path, secret: Path) -> None:
    os.mkfifo(place)


def _device(place: Path, secret: Path) -> None:
    try:
        os.mknod(place, 0o20600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


PLANTS = [_symbolic, _dangling, _hard, _pipe, _device]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
async def test_fault_02_what_is_planted_for_a_blob_or_a_part_is_not_read_written_or_followed(
    share: Share, tmp_path_factory: pytest.TempPathFactory, plant: Callable[[Path, Path], None]
) -> None:
    directory = share.store.database.path.parent
    secret = directory / "secret"  # on the same file system, as a hard link wants
    secret.write_bytes(b"secret!")
    file = await share.file(b"1234567")
    link = await share.link(file)
    blob = next(path for path in (directory / "blobs").rglob("*") if path.is_file())
    blob.unlink()
    plant(blob, secret)
    answer = await share.stranger.get(f"/l/{link['slug']}/download", headers={"Range": "bytes=0-3"})
    assert answer.status_code >= 500
    assert b"secr" not in answer.content

    place = (await share.owner.post("/api/tus", headers=TUS | {"Upload-Length": "4"})).headers["location"]
    part = directory / "tmp" / f"{place.rpartition('/')[2]}.part"
    part.unlink()
    plant(part, secret)
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert (await share.owner.patch(place, content=b"evil", headers=headers)).status_code == 503
    assert (await share.owner.delete(place, headers=TUS)).status_code == 204
    assert (await share.owner.delete(f"/api/files/{file}", params={"force": "true"})).status_code == 204
    assert not os.path.lexists(part)
    assert not os.path.lexists(blob)
    assert secret.read_bytes() == b"secret!"
    assert not secret.with_name("nothing").exists()


async def test_fault_02_a_directory_swapped_for_a_link_is_neither_read_nor_cleaned_out(share: Share) -> None:
    directory = share.store.database.path.parent
    file = await share.file(b"1234567")
    blob = next(path for path in (directory / "blobs").rglob("*") if path.is_file())
    elsewhere = directory / "elsewhere"
    blob.parent.rename(elsewhere)
    blob.parent.symlink_to(elsewhere)
    with pytest.raises(OSError, match=r"directory|symbolic"):
        share.store.blobs.open(blob.name)
    assert (await share.owner.delete(f"/api/files/{file}")).status_code == 204
    assert (elsewhere / blob.name).read_bytes() == b"1234567"

    parts = directory / "tmp"
    stray = f"{'A' * 22}.part"
    (elsewhere / stray).write_bytes(b"mine")
    parts.rmdir()
    parts.symlink_to(elsewhere)
    share.store.blobs.discard("A" * 22)
    assert (elsewhere / stray).read_bytes() == b"mine"
    answer = await share.owner.post("/api/files", params={"name": "a"}, content=b"x")
    assert answer.status_code == 503


async def test_fault_02_a_store_with_planted_things_opens_and_leaves_them_alone(share: Share) -> None:
    directory = share.store.database.path.parent
    secret = directory / "secret"
    secret.write_bytes(b"secret!")
    (directory / "tmp" / f"{'B' * 22}.part").symlink_to(secret)
    (directory / "tmp" / f"{'C' * 22}.part").mkdir()
    again = type(share.store).open(directory, clock=share.clock)
    again.close()
    assert secret.read_bytes() == b"secret!"
    assert (directory / "tmp" / f"{'C' * 22}.part").is_dir()


def test_fault_02_a_hard_link_is_called_what_it_is(share: Share) -> None:
    directory = share.store.database.path.parent
    blob = "D" * 22
    share.store.blobs.create(blob)
    (directory / "twin").hardlink_to(directory / "tmp" / f"{blob}.part")
    with pytest.raises(OSError, match="links") as found:
        share.store.blobs.append(blob, 0)
    assert found.value.errno == errno.ELOOP
