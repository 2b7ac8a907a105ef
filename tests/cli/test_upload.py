"""`linktui upload` sends, waits, and prints nothing but what was asked for."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from linktui.cli.exit_codes import ExitCode
from linktui.model.errors import (
    InvalidInput,
    LinktuiError,
    NotFound,
    Rejected,
    SourceUnreadable,
    Unauthorized,
    Unsupported,
)
from tests.cli.conftest import Shell


def test_the_url_is_alone_on_stdout(shell: Shell, notes: Path) -> None:
    assert shell.run("upload", str(notes), "--link") == "http://127.0.0.1:8460/l/l_1"
    assert "Uploading 1 file." in shell.narration


def test_without_a_link_the_files_id_is_printed(shell: Shell, notes: Path) -> None:
    assert shell.run("upload", str(notes)) == "f_1"
    assert shell.provider.links == {}


def test_every_option_reaches_the_link(shell: Shell, notes: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("open sesame\nnot this\n")
    shell.run("upload", str(notes), "--link", "--expires", "never", "--kind", "view", "--limit", "3",
              "--slug", "q3", "--name", "Q3", "--tag", "team=a=b", "--password-file",
              str(tmp_path / "secret"))  # fmt: skip
    [link] = shell.provider.links.values()
    assert (link.name, link.kind, link.slug, link.expires_at) == ("Q3", "view", "q3", None)
    assert (link.download_limit, link.has_password, dict(link.metadata)) == (3, True, {"team": "a=b"})


def test_several_files_give_a_url_each_in_the_order_given(shell: Shell, tmp_path: Path) -> None:
    names = ["c", "a", "b"]
    for name in names:
        (tmp_path / name).write_text(name)
    urls = shell.run("upload", *[str(tmp_path / name) for name in names], "--link").splitlines()
    by_url = {link.url: link.name for link in shell.provider.links.values()}
    assert [by_url[url] for url in urls] == names


def test_one_link_is_printed_once(shell: Shell, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    assert len(shell.run("upload", str(tmp_path / "a"), str(tmp_path / "b"), "--one-link").split()) == 1
    [link] = shell.provider.links.values()
    assert [file.name for file in link.files] == ["a", "b"]


def test_stdin_is_sent_under_the_name_given(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"dump"), isatty=lambda: False))
    shell.run("upload", "-", "--name", "shop.sql")
    assert shell.provider.files["f_1"].name == "shop.sql"
    assert shell.provider.data["f_1"] == b"dump"


def test_a_missing_file_is_said_before_a_daemon_is_started(shell: Shell) -> None:
    shell.run("upload", "/nowhere/at-all", code=12)
    assert "“at-all” cannot be read: no such file" in shell.narration
    assert shell.daemon.asked == 0


@pytest.mark.parametrize("name", ["~nobody-of-that-name/a.txt", "x" * 300])
def test_a_name_that_no_file_can_have_is_said_like_any_other(shell: Shell, name: str) -> None:
    shell.run("upload", name, code=ExitCode.SOURCE)
    assert "cannot be read" in shell.narration


def test_what_the_service_refuses_ends_with_its_sentence(shell: Shell, notes: Path) -> None:
    shell.provider.failures["begin_upload"] = [Rejected("the file is too large")]
    assert shell.run("upload", str(notes), code=5) == ""
    assert "The file is too large" in shell.narration or "the file is too large" in shell.narration


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unsupported("uploads", "the plan has none"), ExitCode.UNSUPPORTED),
        (InvalidInput("purpose", "has to be given"), ExitCode.USAGE),
        (NotFound("no such folder"), ExitCode.NOT_FOUND),
        (SourceUnreadable(Path("notes.txt"), "input/output error"), ExitCode.SOURCE),
    ],
)
def test_a_failed_upload_ends_with_the_code_of_its_error(
    shell: Shell, notes: Path, error: LinktuiError, code: ExitCode
) -> None:
    shell.provider.failures["begin_upload"] = [error]
    shell.run("upload", str(notes), code=code)


def test_a_refused_secret_has_its_own_code(shell: Shell, notes: Path) -> None:
    shell.provider.failures["begin_upload"] = [Unauthorized()]
    shell.run("upload", str(notes), code=3)


def test_a_file_that_fails_beside_one_that_does_not_is_partial(shell: Shell, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    shell.provider.failures["begin_upload"] = [Rejected("no")]
    assert len(shell.run("upload", str(tmp_path / "a"), str(tmp_path / "b"), code=8).split()) == 1


def test_detached_it_prints_the_uploads_id(shell: Shell, notes: Path) -> None:
    upload_id = shell.run("upload", str(notes), "--detach")
    uploads = shell.array("uploads", "list")
    assert [upload["id"] for upload in uploads] == [upload_id]


def test_a_stored_file_can_be_reused_or_skipped(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes))
    assert shell.run("upload", str(notes), "--on-conflict", "reuse") == "f_1"
    assert shell.run("upload", str(notes), "--on-conflict", "skip") == ""
    assert "Skipped" in shell.narration
    assert shell.run("upload", str(notes)) == "f_2"


def test_asking_needs_a_terminal(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes), "--on-conflict", "ask", code=64)
    shell.run("upload", str(notes), "--password-prompt", "--link", code=64)


def test_a_daemon_that_does_not_start_has_its_own_code(shell: Shell, notes: Path) -> None:
    shell.daemon.fails = True
    shell.run("upload", str(notes), code=11)
    assert "the disk is full" in shell.narration


def test_an_expiry_that_is_not_understood_is_said(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes), "--link", "--expires", "soonish", code=2)
    assert "soonish" in shell.narration


def test_a_folder_with_a_lot_in_it_is_refused_where_nobody_can_be_asked(
    shell: Shell, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.services.extent.MANY_FILES", 0)
    folder = notes.parent / "folder"
    folder.mkdir()
    notes.rename(folder / "notes.txt")
    shell.run("upload", str(folder), code=ExitCode.REFUSED)
    assert "Upload 1 file (6 B) to local? Say so with --yes." in shell.narration
    assert not shell.provider.files
    assert shell.run("upload", str(folder), "--yes") == "f_1"
