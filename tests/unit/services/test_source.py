"""A source is read once, whatever becomes of those who take its bytes."""

from __future__ import annotations

import hashlib
import os
from contextlib import aclosing
from pathlib import Path

import pytest

from linktui.model.errors import SourceChanged
from linktui.services.source import SourceReader, read_small
from linktui.services.transfers import source_of

DATA = os.urandom(10_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(DATA)
    return path


async def test_what_is_sent_is_digested_in_passing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with SourceReader(source_of(path)) as reader:
        sent = [piece async for piece in reader.pieces(0, len(DATA), size=999)]
        monkeypatch.setattr(os, "pread", None)  # nothing is left to read
        assert await reader.sha256() == hashlib.sha256(DATA).hexdigest()
    assert b"".join(sent) == DATA


async def test_a_stream_that_was_given_up_leaves_the_digest_right(path: Path) -> None:
    async with SourceReader(source_of(path)) as reader:
        for size in (700, 1300):
            async with aclosing(reader.pieces(0, len(DATA), size=size)) as stream:
                await anext(stream)
        rest = b"".join([piece async for piece in reader.pieces(5_000, 5_000, size=800)])
        assert rest == DATA[5_000:]
        assert await reader.sha256() == hashlib.sha256(DATA).hexdigest()


async def test_a_file_that_grew_shorter_is_said(path: Path) -> None:
    async with SourceReader(source_of(path)) as reader:
        os.truncate(path, 4_000)
        with pytest.raises(SourceChanged):
            async for _ in reader.pieces(0, len(DATA), size=1_000):
                pass


def test_a_small_file_that_changed_is_not_read(path: Path) -> None:
    source = source_of(path)
    assert read_small(source) == (DATA, hashlib.sha256(DATA).hexdigest())
    path.write_bytes(DATA + b"more")
    with pytest.raises(SourceChanged):
        read_small(source)
