"""Fault 2, on the side that sends: what was put in a file's place is not sent."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from linktui.model.errors import SourceChanged, SourceUnreadable
from linktui.services.source import SourceReader
from linktui.services.transfers import files_below, source_of


def _link(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def _hard_link(path: Path, secret: Path) -> None:
    path.hardlink_to(secret)


def _pipe(path: Path, secret: Path) -> None:
    os.mkfifo(path)


PLANTS = [_link, _hard_link, _pipe]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
async def test_fault_02_what_takes_a_queued_files_place_is_not_sent(
    tmp_path: Path, plant: Callable[[Path, Path], None]
) -> None:
    path, secret = tmp_path / "a.txt", tmp_path / "secret"
    path.write_bytes(b"1234567")
    secret.write_bytes(b"secret!")
    source = source_of(path)
    path.unlink()
    plant(path, secret)
    async with asyncio.timeout(60):
        with pytest.raises(SourceChanged):
            async with SourceReader(source):
                pass


def test_fault_02_links_pipes_and_devices_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert files_below(tmp_path) == [tmp_path / "a.txt"]


def test_fault_02_a_pipe_a_device_or_a_dangling_link_named_by_hand_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for path in (tmp_path / "pipe", tmp_path / "dangling", Path("/dev/zero")):
        with pytest.raises(SourceUnreadable):
            source_of(path)
