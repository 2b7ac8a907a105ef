"""Stored files are shown, fetched and, when asked, only rehearsed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell


def stored(shell: Shell, notes: Path) -> str:
    shell.run("upload", str(notes))
    return str(shell.array("files", "list")[0]["id"])


def test_a_file_comes_back_as_it_was_sent(shell: Shell, notes: Path, tmp_path: Path) -> None:
    file_id = stored(shell, notes)
    target = tmp_path / "back.txt"
    assert shell.run("files", "download", file_id, "--to", str(target)) == str(target)
    assert target.read_text() == notes.read_text()
    shell.run("files", "download", file_id, "--to", str(target), code=2)
    assert "there already" in shell.narration
    shell.run("files", "download", file_id, "--to", str(target), "--force")


def test_a_file_is_shown_whole(shell: Shell, notes: Path) -> None:
    file_id = stored(shell, notes)
    assert shell.object("files", "show", file_id)["name"] == "notes.txt"
    assert "notes.txt" in shell.run("files", "show", file_id)
    shell.run("files", "show", "gone", code=4)
    shell.run("files", "download", "gone", code=4)
