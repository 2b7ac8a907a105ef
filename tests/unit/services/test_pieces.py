"""Pieces go several at once where that is allowed, and only what lies before the first gap is confirmed."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from linktui.model.errors import SessionLost, SourceChanged, Unavailable
from linktui.providers.base import UploadStatus
from linktui.services.bandwidth import Bandwidth
from linktui.services.pieces import Pieces
from linktui.services.progress import Progress
from linktui.services.source import SourceReader
from linktui.services.transfers import source_of
from tests.fakes import Clock, FakeProvider

PIECE = 1_000
DATA = os.urandom(9 * PIECE + 17)
LAST = 9 * PIECE


async def until(true: Callable[[], bool]) -> None:
    """Let the others go on until something is so."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - what it waits for is no event
            await asyncio.sleep(0)


class AnyOrder(FakeProvider):
    """Takes three pieces at once; each waits until it is let through."""

    def __init__(self) -> None:
        super().__init__(Clock())
        self.limits = replace(self.limits, chunk_size=PIECE, even_chunks=True, pieces_at_once=3)
        self.stored: dict[int, bytes] = {}
        self.under_way: dict[int, asyncio.Future[None]] = {}
        self.most = 0

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        gate = self.under_way[offset] = asyncio.get_running_loop().create_future()
        self.most = max(self.most, len(self.under_way))
        try:
            data = b"".join([piece async for piece in read()])
            assert len(data) == length
            await gate
        finally:
            del self.under_way[offset]
        self.stored[offset] = data
        whole = offset + length == len(DATA)
        return UploadStatus(offset + length, "f_1" if whole else None)

    async def let(self, *offsets: int) -> None:
        """Let pieces through, one after the other, as soon as each is under way."""
        for offset in offsets:
            await self._let(offset)

    async def _let(self, offset: int) -> None:
        await until(lambda: offset in self.under_way)
        self.under_way[offset].set_result(None)
        await until(lambda: offset not in self.under_way)

    async def break_off(self, offset: int) -> None:
        await until(lambda: offset in self.under_way)
        self.under_way[offset].set_exception(Unavailable())


@pytest.fixture
def service() -> AnyOrder:
    return AnyOrder()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def progress() -> Progress:
    return Progress(confirmed=0, now=lambda: 0.0)


def pieces(service: AnyOrder, reader: SourceReader, progress: Progress) -> Pieces:
    bandwidth = Bandwidth(now=lambda: 0.0)
    return Pieces(service, "session", size=len(DATA), reader=reader, bandwidth=bandwidth, progress=progress)


async def test_several_go_at_once_and_the_last_by_itself(
    service: AnyOrder, path: Path, progress: Progress
) -> None:
    async with SourceReader(source_of(path)) as reader:
        sending = asyncio.create_task(pieces(service, reader, progress).send(UploadStatus(0)))
        await service.let(2_000, 1_000)
        assert progress.confirmed == 0
        await service.let(0)
        await until(lambda: progress.confirmed == 3_000)  # the gap is closed
        await service.let(5_000, 4_000, 3_000, 8_000, 7_000)
        assert LAST not in service.under_way
        await service.let(6_000)
        await service.let(LAST)
        assert (await sending).file_id == "f_1"
        assert await reader.sha256() == hashlib.sha256(DATA).hexdigest()
    assert b"".join(data for _, data in sorted(service.stored.items())) == DATA
    assert service.most == 3


async def test_the_last_goes_with_the_others_where_its_answer_waits_for_them(
    service: AnyOrder, path: Path, progress: Progress
) -> None:
    service.limits = replace(service.limits, last_piece_waits=True)
    async with SourceReader(source_of(path)) as reader:
        sending = asyncio.create_task(pieces(service, reader, progress).send(UploadStatus(0)))
        await service.let(*range(0, 8_000, PIECE))
        await until(lambda: LAST in service.under_way)
        await service.let(8_000)
        assert not sending.done()
        await service.let(LAST)
        assert (await sending).file_id == "f_1"
        assert progress.confirmed == len(DATA)
        assert await reader.sha256() == hashlib.sha256(DATA).hexdigest()
    assert b"".join(data for _, data in sorted(service.stored.items())) == DATA


async def test_a_break_ends_all_and_what_lies_before_the_gap_is_not_sent_again(
    service: AnyOrder, path: Path, progress: Progress
) -> None:
    async with SourceReader(source_of(path)) as reader:
        sending = asyncio.create_task(pieces(service, reader, progress).send(UploadStatus(0)))
        await service.let(0, 2_000)
        await service.break_off(1_000)
        with pytest.raises(Unavailable):
            await sending
        assert progress.confirmed == 1_000
        assert not service.under_way
        service.stored.clear()
        again = asyncio.create_task(pieces(service, reader, progress).send(UploadStatus(progress.confirmed)))
        await service.let(*range(1_000, LAST + 1, PIECE))
        assert (await again).file_id == "f_1"
        assert await reader.sha256() == hashlib.sha256(DATA).hexdigest()
    assert sorted(service.stored) == list(range(1_000, LAST + 1, PIECE))


async def test_a_file_that_changed_meanwhile_stops_them(
    service: AnyOrder, path: Path, progress: Progress
) -> None:
    async with SourceReader(source_of(path)) as reader:
        sending = asyncio.create_task(pieces(service, reader, progress).send(UploadStatus(0)))
        await until(lambda: len(service.under_way) == 3)
        path.write_bytes(b"another")
        await service.let(0)
        with pytest.raises(SourceChanged):
            await sending
    assert not service.under_way


async def test_nothing_left_to_send_and_no_file_is_a_lost_session(
    service: AnyOrder, path: Path, progress: Progress
) -> None:
    async with SourceReader(source_of(path)) as reader:
        with pytest.raises(SessionLost):
            await pieces(service, reader, progress).send(UploadStatus(len(DATA)))
