"""The pieces in which files go out: how large they are, and where they are read."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from linktui.linkserver.limits import LARGEST_PIECE, PIECES_ROOM, SMALLEST_PIECE
from linktui.linkserver.pieces import Pieces


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 64)
    descriptor = os.open(path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def test_a_thousand_stalled_readers_hold_little_and_a_single_one_gets_the_largest_piece() -> None:
    pieces = Pieces()
    with ExitStack() as stalled:
        sizes = [stalled.enter_context(pieces.one()) for _ in range(1000)]
        assert sizes == sorted(sizes, reverse=True)
        assert sum(sizes) <= PIECES_ROOM + 1000 * SMALLEST_PIECE
        assert sizes[-1] == SMALLEST_PIECE
    with pieces.one() as size:
        assert size == LARGEST_PIECE


async def test_a_piece_that_is_not_in_memory_is_read_all_the_same(
    file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = Pieces()
    at_once = await pieces.read(file, 250, 10, last=False)

    def refuse(*_: object) -> int:
        raise BlockingIOError(errno.EAGAIN, "not in memory")

    monkeypatch.setattr(os, "preadv", refuse, raising=False)
    assert await pieces.read(file, 250, 10, last=False) == at_once == bytes([*range(250, 256), 0, 1, 2, 3])


async def test_a_file_that_became_shorter_is_no_end_of_the_download(file: int) -> None:
    with pytest.raises(EOFError):
        await Pieces().read(file, 256 * 64, 1, last=False)
