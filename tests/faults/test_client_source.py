"""What becomes of a source under its upload is said, and never published half."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from linktui.model.errors import InvalidInput
from linktui.model.transfer import TransferState
from tests.faults.client_service import serving

SIZE = 300_000


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path: Path) -> None:
    os.truncate(path, SIZE // 2)


def replace_it(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(os.urandom(SIZE))
    times = path.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.rename(path)


def rewrite(path: Path) -> None:
    path.write_bytes(os.urandom(SIZE))


@pytest.mark.parametrize("change", [grow, shrink, replace_it, rewrite])
async def test_fault_33_a_source_that_changed_before_its_turn_is_not_sent(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = tmp_path / "report.bin"
        path.write_bytes(os.urandom(SIZE))
        [transfer] = await queue.add(path)
        change(path)
        service.proxy.writes.clear()
        await queue.work()
        changed = queue.now_of(transfer)
        assert changed.state is TransferState.SOURCE_CHANGED
        assert "changed since it was queued" in changed.error
        assert service.proxy.writes == []
        assert await queue.house.services.transfers.retry([transfer.id]) == 1
        await queue.work()
        [file] = await service.files()
        assert file.size == path.stat().st_size


@pytest.mark.parametrize("change", [grow, shrink, rewrite])
async def test_fault_33_a_source_that_changes_while_it_is_sent_is_not_published(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = tmp_path / "report.bin"
        path.write_bytes(os.urandom(SIZE))
        [transfer] = await queue.add(path)
        service.proxy.on_write = lambda write: change(path) if write.startswith("PATCH") else None
        await queue.work()
        assert queue.now_of(transfer).state is TransferState.SOURCE_CHANGED
        assert await service.links() == []


@pytest.mark.parametrize("gone", [Path.unlink, lambda path: path.chmod(0)], ids=["deleted", "unreadable"])
async def test_fault_33_a_source_that_cannot_be_read_any_more_is_a_sentence(
    tmp_path: Path, gone: Callable[[Path], None]
) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = tmp_path / "report.bin"
        path.write_bytes(b"x")
        [transfer] = await queue.add(path)
        gone(path)
        if path.exists() and os.access(path, os.R_OK):
            pytest.skip("whoever runs this may read everything")
        await queue.work()
        failed = queue.now_of(transfer)
        assert failed.state is TransferState.FAILED
        assert "“report.bin” cannot be read" in failed.error


async def test_fault_33_a_deleted_source_is_sent_from_what_is_still_open_or_not_at_all(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = tmp_path / "report.bin"
        path.write_bytes(os.urandom(SIZE))
        [transfer] = await queue.add(path)
        service.proxy.on_write = lambda write: path.unlink(missing_ok=True)
        await queue.work()
        assert queue.now_of(transfer).state is TransferState.DONE
        [file] = await service.files()
        assert file.size == SIZE


async def test_fault_33_a_sparse_and_an_empty_file_arrive_as_they_are(tmp_path: Path) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        sparse, empty = tmp_path / "sparse.bin", tmp_path / "empty.bin"
        with sparse.open("wb") as file:
            file.truncate(3_000_000)
        empty.touch()
        queued = await queue.add(sparse, empty)
        await queue.work()
        assert {queue.now_of(one).state for one in queued} == {TransferState.DONE}
        assert {file.name: file.size for file in await service.files()} == {
            "sparse.bin": 3_000_000,
            "empty.bin": 0,
        }


async def test_fault_33_a_file_larger_than_the_service_takes_is_refused_before_it_is_queued(
    tmp_path: Path,
) -> None:
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(6 * 1024**4)
    async with serving(tmp_path, "digitalriver") as service, service.queue() as queue:
        with pytest.raises(InvalidInput, match=r"larger than the \d+ bytes"):
            await queue.add(huge)
        assert queue.house.services.transfers.snapshot() == ()


async def test_fault_33_more_than_the_server_has_room_for_is_said(tmp_path: Path) -> None:
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(6 * 1024**4)
    async with serving(tmp_path) as service, service.queue() as queue:
        [transfer] = await queue.add(huge)
        await queue.work()
        stopped = queue.now_of(transfer)
        assert stopped.state in {TransferState.FAILED, TransferState.WAITING}
        assert stopped.error
        assert await service.files() == []
