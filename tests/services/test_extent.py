"""What is in folders is counted as far as it matters, and no further."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linktui.services import extent
from linktui.services.extent import Extent, extent_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    for at, name in enumerate(("one", "deep/two", "deep/deeper/three"), 1):
        (tmp_path / name).write_bytes(b"x" * at)
    (tmp_path / "deep" / "back").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "one")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


async def test_all_files_below_a_folder_are_counted_and_links_are_not_followed(folder: Path) -> None:
    found = await extent_of([folder, folder / "one", folder / "nowhere"])
    assert found == Extent(files=3, size=6)
    assert not found.is_large


async def test_a_file_that_is_named_by_itself_is_not_counted(folder: Path) -> None:
    assert await extent_of([folder / "one"]) == Extent(files=0, size=0)


async def test_nobody_counts_on_after_so_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MOST_COUNTED", 2)
    found = await extent_of([folder])
    assert found.is_large
    assert found.words.startswith("more than ")
    assert found.files <= 2


def test_many_files_are_large_and_so_are_many_bytes() -> None:
    assert [Extent(1000, 10**10).is_large, Extent(1001, 0).is_large, Extent(1, 10**10 + 1).is_large] == [
        False,
        True,
        True,
    ]
    assert Extent(12_345, 5_200_000_000).words == "12,345 files (5.2 GB)"


async def test_what_cannot_be_looked_into_counts_as_nothing(tmp_path: Path) -> None:
    odd = [Path("~nobody-here/x"), tmp_path / ("x" * 5_000), tmp_path / "gone"]
    assert (await extent_of(odd)).files == 0


async def test_a_tree_of_folders_alone_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "MOST_COUNTED", 3)
    for number in range(4):
        (tmp_path / f"{number}").mkdir()
    assert (await extent_of([tmp_path])).words == "more than 3 files and folders (0 B and more)"
