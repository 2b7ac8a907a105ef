"""`linktui files` and `linktui uploads` look after what is stored and what is on its way."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell


def test_files_are_listed_and_deleted(shell: Shell, notes: Path) -> None:
    file_id = shell.run("upload", str(notes))
    assert "notes.txt" in shell.run("files", "list")
    assert shell.run("files", "list", "--csv").splitlines()[1].startswith(file_id)
    shell.run("files", "delete", file_id, code=64)
    shell.run("files", "delete", file_id, "--yes")
    assert shell.json("files", "list") == []


def test_a_file_that_a_live_link_holds_needs_force(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes), "--link")
    shell.run("files", "delete", "f_1", "--yes", code=5)
    shell.run("files", "delete", "f_1", "--yes", "--force")
    assert shell.provider.files == {}


def test_finished_uploads_are_listed_and_cleared(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes))
    assert "✓ done  100%" in shell.run("uploads", "list")
    shell.run("uploads", "clear")
    assert shell.json("uploads", "list") == []


def test_what_cannot_be_done_to_an_upload_is_said(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes))
    [upload] = shell.array("uploads", "list")
    shell.run("uploads", "pause", upload["id"], code=5)
    assert "It is done" in shell.narration
    shell.run("uploads", "pause", "none-such", code=4)
    shell.run("uploads", "pause", code=2)
    shell.run("uploads", "resume", "--all")


def test_the_bandwidth_limit_is_set_and_shown(shell: Shell) -> None:
    assert shell.run("uploads", "limit") == "0"
    shell.run("uploads", "limit", "1.5MB")
    assert shell.run("uploads", "limit") == "1500000"
    shell.run("uploads", "limit", "1MiB/s")
    assert shell.run("uploads", "limit") == "1048576"
    shell.run("uploads", "limit", "fast", code=2)
    shell.run("uploads", "limit", "none")
    assert "not limited" in shell.narration


def test_cancelling_asks(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes))
    [upload] = shell.array("uploads", "list")
    shell.run("uploads", "cancel", upload["id"], code=64)
