from __future__ import annotations

import os
from pathlib import Path

import pytest

from linktui.model.errors import SourceUnreadable
from linktui.ui.local_directory import LocalSort, arrange, list_directory
from tests.ui.samples import HOSTILE


def _names(directory: Path, **wanted: object) -> list[str]:
    return [entry.name for entry in arrange(list_directory(directory), **wanted)]  # type: ignore[arg-type]


def test_folders_come_first_and_names_ignore_case(tmp_path: Path) -> None:
    for name in ("b.txt", "A.txt", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "zoo").mkdir()
    assert _names(tmp_path) == ["zoo", "A.txt", "b.txt"]
    assert _names(tmp_path, hidden=True) == ["zoo", ".hidden", "A.txt", "b.txt"]


def test_numbers_in_names_count_as_numbers_from_either_end(tmp_path: Path) -> None:
    for name in ("File10.txt", "file2.txt", "file1.txt"):
        (tmp_path / name).touch()
    assert _names(tmp_path) == ["file1.txt", "file2.txt", "File10.txt"]
    assert _names(tmp_path, descending=True) == ["File10.txt", "file2.txt", "file1.txt"]
    assert _names(tmp_path, sort=LocalSort.SIZE) == ["file1.txt", "file2.txt", "File10.txt"]


def test_sorting_by_size_keeps_folders_first_both_ways(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for size in (3, 1, 2):
        (tmp_path / f"{size}").write_bytes(b"x" * size)
    assert _names(tmp_path, sort=LocalSort.SIZE) == ["folder", "1", "2", "3"]
    assert _names(tmp_path, sort=LocalSort.SIZE, descending=True) == ["folder", "3", "2", "1"]


def test_every_word_of_the_filter_has_to_occur(tmp_path: Path) -> None:
    for name in ("Quarterly Report.pdf", "report.txt"):
        (tmp_path / name).touch()
    assert _names(tmp_path, text="REP quart") == ["Quarterly Report.pdf"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_clean_and_its_path_keeps_the_bytes(tmp_path: Path, name: str) -> None:
    raw = os.fsencode(name)
    Path(tmp_path, name.replace("/", "∕")).touch() if b"/" in raw else Path(tmp_path, name).touch()
    (entry,) = list_directory(tmp_path)
    assert entry.name.isprintable()
    assert entry.path.exists()


def test_a_symbolic_link_to_a_folder_can_be_entered_and_a_broken_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "dead").symlink_to("nowhere")
    entries = {entry.name: entry for entry in list_directory(tmp_path)}
    assert entries["link"].is_folder
    assert entries["link"].is_symlink
    assert entries["dead"].special == "broken"


def test_a_pipe_is_named_as_what_it_is_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (entry,) = list_directory(tmp_path)
    assert entry.special == "pipe"


def test_a_directory_that_is_not_there_is_a_reason_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        list_directory(tmp_path / "gone")
    assert "no such file" in caught.value.reason
