from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.errors import SourceUnreadable
from linktui.model.text import clean
from linktui.ui.peek import HEAD, peek, text_lines


def test_text_is_shown_as_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one\n\ttwo\n")
    assert peek(file).lines == ("one", "    two")


def test_a_character_cut_by_the_end_of_the_head_does_not_make_text_data() -> None:
    head = ("x" * (HEAD - 1) + "é").encode()[:HEAD]
    assert text_lines(head) is not None


def test_a_picture_is_named_by_its_first_bytes_and_shows_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    seen = peek(file)
    assert ("Type", "PNG image") in seen.facts
    assert not seen.lines


@given(st.binary(max_size=300))
def test_no_file_puts_a_control_character_on_the_screen(head: bytes) -> None:
    assert all(clean(line) == line for line in text_lines(head) or [])


def test_a_pipe_is_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert ("Type", "neither a file nor a folder") in peek(tmp_path / "pipe").facts


def test_a_folder_says_how_much_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert ("Folder", "1 entry") in peek(tmp_path).facts


def test_what_is_gone_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        peek(tmp_path / "gone")
