"""A stored file is fetched whole and checked, or not at all."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from linktui.model.change import ChangeState
from linktui.model.errors import DigestMismatch, InvalidInput, NotFound, TargetTaken, Unsupported
from linktui.model.file import File
from linktui.providers.base import Wanted
from linktui.services.download import safe_name
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.storage.changes import Changes
from tests.fakes import FakeProvider


@pytest.fixture
async def file(house: House, engine: Engine, provider: FakeProvider, tmp_path: Path) -> File:
    source = tmp_path / "source" / "report.pdf"
    source.parent.mkdir()
    source.write_bytes(b"the report")
    await house.services.transfers.enqueue(Order(account="local", paths=(source,)))
    await engine.drain()
    [file] = provider.files.values()
    return file


async def test_it_arrives_as_it_was_sent(house: House, file: File, tmp_path: Path) -> None:
    counted: list[int] = []
    path = await house.services.files.download(file, tmp_path, arrived=counted.append)
    assert path == tmp_path / "report.pdf"
    assert path.read_bytes() == b"the report"
    assert sum(counted) == 10
    named = await house.services.files.download(file, tmp_path / "other.bin")
    assert named.read_bytes() == b"the report"


async def test_what_is_there_is_not_written_over_unless_told(
    house: House, file: File, tmp_path: Path
) -> None:
    (tmp_path / "report.pdf").write_text("mine")
    with pytest.raises(TargetTaken, match="there already"):
        await house.services.files.download(file, tmp_path)
    assert (tmp_path / "report.pdf").read_text() == "mine"
    await house.services.files.download(file, tmp_path, replacing=True)
    assert (tmp_path / "report.pdf").read_text() == "the report"


async def test_two_downloads_of_one_name_do_not_write_into_each_other(
    house: House, provider: FakeProvider, file: File, tmp_path: Path
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(file_id: str) -> AsyncIterator[bytes]:
        yield b"the "
        begun.set()
        await go_on.wait()
        yield b"report"

    quick, provider.read_file = provider.read_file, slow  # type: ignore[method-assign]
    late = asyncio.create_task(house.services.files.download(file, tmp_path))
    await begun.wait()
    provider.read_file = quick  # type: ignore[method-assign]
    path = await house.services.files.download(file, tmp_path)
    path.write_text("mine by now")
    go_on.set()
    with pytest.raises(TargetTaken):
        await late
    assert path.read_text() == "mine by now"
    assert not list(tmp_path.glob(".*"))


async def test_a_file_system_without_hard_links_takes_a_file_too(
    house: House, file: File, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = await house.services.files.download(file, tmp_path)
    assert path.read_bytes() == b"the report"
    assert not list(tmp_path.glob(".*"))


async def test_a_deletion_that_is_broken_off_is_not_left_begun(
    house: House, provider: FakeProvider, file: File
) -> None:
    begun = asyncio.Event()

    async def never(file_id: str, *, force: bool = False) -> None:
        begun.set()
        await asyncio.Event().wait()

    provider.delete_file = never  # type: ignore[method-assign]
    deleting = asyncio.create_task(house.services.files.delete(file))
    await begun.wait()
    deleting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deleting
    [change] = Changes(house.database).of("local", file.id)
    assert change.state is ChangeState.FAILED
    assert "may be done or not" in change.error


async def test_other_bytes_than_those_stored_are_not_kept(
    house: House, provider: FakeProvider, file: File, tmp_path: Path
) -> None:
    provider.data[file.id] = b"damaged!!!"
    with pytest.raises(DigestMismatch):
        await house.services.files.download(file, tmp_path)
    with pytest.raises(DigestMismatch):
        await house.services.files.download(replace(file, sha256="", size=3), tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


async def test_a_place_that_cannot_be_written_is_named(house: House, file: File, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No such file") as caught:
        await house.services.files.download(file, tmp_path / "no" / "folder" / "x")
    assert not isinstance(caught.value, TargetTaken)
    with pytest.raises(InvalidInput, match="Not a directory"):
        await house.services.files.download(file, tmp_path / "source" / "report.pdf" / "x")


async def test_a_file_that_is_gone_leaves_nothing(
    house: House, provider: FakeProvider, file: File, tmp_path: Path
) -> None:
    provider.data.clear()
    with pytest.raises(NotFound):
        await house.services.files.download(file, tmp_path)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("/etc/passwd", "_etc_passwd"),
        (".bashrc", "bashrc"),
        ("..", "file"),
        ("a\0b", "a_b"),
        ("plain name.txt", "plain name.txt"),
    ],
)
def test_a_name_stays_in_its_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("é" * 300 + ".tar")
    assert len(name.encode()) <= 200
    assert name.endswith("é.tar")


async def test_a_filter_the_service_lacks_is_refused_without_a_call(
    house: House, provider: FakeProvider
) -> None:
    with pytest.raises(Unsupported, match="filter by purpose"):
        await house.services.files.list_at_service("local", Wanted(purpose="tax"))
    with pytest.raises(Unsupported, match="filter by title"):
        await house.services.links.list_at_service("local", Wanted(title="x"))
    assert provider.calls == []
    await house.services.links.list_at_service("local", Wanted(expired=True, limit=3))
    assert provider.calls == ["list_links"]
