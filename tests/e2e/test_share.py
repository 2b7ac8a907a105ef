"""A file shared from the command line, and taken back: the promise of the README."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from linktui.daemon.control import ensure_running
from linktui.daemon.lock import holder
from linktui.linkserver.token import load_or_create_token
from tests.e2e.conftest import Program
from tests.waiting import until

MB = 1_000_000


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(url: str, *, accept: str = "*/*") -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers["Content-Type"]


@pytest.fixture
def big(program: Program) -> Path:
    path = program.work / "big.bin"
    path.write_bytes(os.urandom(20 * MB))
    return path


def test_a_file_is_shared_listed_and_expired(program: Program, big: Path) -> None:
    url = program.run("upload", "big.bin", "--link", "--expires", "1h")
    assert url.startswith("http://127.0.0.1:")
    assert "\n" not in url

    code, page, kind = fetch(url, accept="text/html")
    assert (code, kind.partition(";")[0]) == (200, "text/html")
    assert b"big.bin" in page
    for address in (url, f"{url}/download"):
        code, body, _ = fetch(address)
        assert (code, hashlib.sha256(body).hexdigest()) == (200, digest(big))

    [link] = json.loads(program.run("links", "list", "--json"))
    assert link["url"] == url
    assert link["expires_at"].endswith("Z")
    program.run("links", "expire", link["id"], "--yes")
    assert fetch(url)[0] == 410
    assert fetch(f"{url}/download")[0] == 410


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_saves_the_file_under_its_own_name(program: Program, big: Path) -> None:
    url = program.run("upload", "big.bin", "--link")
    for number, address in enumerate((url, f"{url}/download")):
        there = program.work / str(number)
        there.mkdir()
        subprocess.run(["curl", "-sSOJ", address], cwd=there, check=True)
        assert digest(there / "big.bin") == digest(big)


def test_a_link_ends_on_the_second(program: Program) -> None:
    (program.work / "small.txt").write_text("hello")
    ensure_running(program.locations)  # what takes long comes first
    url = program.run("upload", "small.txt", "--link", "--expires", "2s")
    assert fetch(url)[0] == 200
    until(lambda: fetch(url)[0] == 410)
    [link] = json.loads(program.run("links", "list", "--ended", "--json"))
    assert link["state"] == "expired"


def test_a_killed_daemon_goes_on_where_the_server_was(program: Program) -> None:
    size = 100 * MB
    source = program.work / "huge.bin"
    with source.open("wb") as file:
        for _ in range(size // MB):
            file.write(os.urandom(MB))
    kill_twice_while_uploading(program, source, limit="40MB")
    [link] = program.rows("links", "list")
    assert [file["size"] for file in link["files"]] == [size]
    body = fetch(f"{link['url']}/download")[1]
    assert hashlib.sha256(body).hexdigest() == digest(source)
    assert len(program.rows("files", "list")) == 1


@pytest.mark.soak
def test_a_gigabyte_survives_two_kills(program: Program) -> None:
    source = program.work / "huge.bin"
    with source.open("wb") as file:
        for _ in range(1024):
            file.write(os.urandom(1024 * 1024))
    kill_twice_while_uploading(program, source, limit="80MB")
    [link] = program.rows("links", "list")
    target = program.work / "back.bin"
    with urllib.request.urlopen(f"{link['url']}/download", timeout=60) as answer, target.open("wb") as file:
        shutil.copyfileobj(answer, file)
    assert digest(target) == digest(source)
    assert len(program.rows("files", "list")) == 1


def kill_twice_while_uploading(program: Program, source: Path, *, limit: str) -> None:
    """Upload a file, killing the daemon at two moments of the upload that chance picks."""
    shares = sorted(random.sample(range(5, 80), 2))
    ensure_running(program.locations)
    program.run("uploads", "limit", limit)
    program.run("upload", source.name, "--link", "--detach")
    for share in shares:
        until(partial(has_sent, program, share))
        program.kill_daemon()
        ensure_running(program.locations)
    program.run("uploads", "limit", "0")
    until(lambda: program.rows("uploads", "list")[0]["state"] == "done", patience=120)


def has_sent(program: Program, share: int) -> bool:
    """Tell whether an upload that is not over yet has sent that many hundredths."""
    [upload] = program.rows("uploads", "list")
    assert upload["state"] != "done"
    return bool(upload["state"] == "uploading" and upload["sent"] >= upload["size"] * share // 100)


def test_what_cannot_be_sent_is_said_in_one_sentence(program: Program) -> None:
    (program.work / "empty").touch()
    assert program.run("upload", "empty", "--link").startswith("http")
    program.run("upload", "missing", "--link", code=12)
    assert "“missing” cannot be read" in program.narration
    if os.geteuid():
        (program.work / "secret").touch(mode=0)
        program.run("upload", "secret", "--link", code=12)
        assert "“secret” cannot be read: permission denied" in program.narration


def test_a_hostile_name_reaches_neither_the_terminal_nor_the_page(program: Program) -> None:
    name = "[nope]\x1b]0;owned\x07\n\u202egnp.exe"
    (program.work / name).write_text("harmless")
    url = program.run("upload", name, "--link")
    listed = program.run("links", "list") + program.run("uploads", "list") + program.run("files", "list")
    assert "[nope]" in listed
    page = fetch(url, accept="text/html")[1].decode()
    for shown in (listed, page):
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_stdin_is_shared_under_the_name_given(program: Program) -> None:
    url = program.run("upload", "-", "--name", "notes.txt", "--link", stdin="from a pipe\n")
    assert fetch(url)[1] == b"from a pipe\n"
    assert "notes.txt" in program.run("files", "list")


def test_no_log_and_no_argument_holds_a_url_a_password_or_the_token(program: Program) -> None:
    (program.work / "notes.txt").write_text("hello")
    url = program.run(
        "upload", "notes.txt", "--link", "--password-file", "-", "--limit", "3", stdin="open sesame\n"
    )
    open_url = program.run("upload", "notes.txt", "--link")
    for address in (url, f"{url}/download", open_url, f"{open_url}/download", f"{open_url}x"):
        fetch(address)
    [link, _] = program.rows("links", "list")
    program.run("links", "extend", link["id"], "--by", "7d")
    program.run("links", "revoke", link["id"], "--yes")
    pid = holder(program.locations.lock)
    assert pid
    secrets = [load_or_create_token(program.locations.server), "open sesame"]
    secrets += [address.rpartition("/")[2] for address in (url, open_url)]
    logs = [path for path in program.locations.state.rglob("*") if path.is_file()]
    assert program.locations.log in logs
    told = b"".join(path.read_bytes() for path in logs)
    told += program.run("daemon", "logs").encode() + program.run("log", "--json").encode()
    told += Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"daemon" in told
    assert [secret for secret in secrets if secret.encode() in told] == []


def test_a_daemon_killed_among_many_small_files_makes_none_of_them_twice(program: Program) -> None:
    folder = program.work / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number:03}.txt").write_bytes(os.urandom(200))
    ensure_running(program.locations)
    waiting = program.start("upload", "many", "--link")
    kept = program.locations.server / "blobs"
    until(lambda: any(path.is_file() for path in kept.rglob("*")), pause=0.002)
    program.kill_daemon()
    printed, said = waiting.communicate(timeout=100)
    assert waiting.returncode == 0, said
    links = program.rows("links", "list", "--all")
    files = program.rows("files", "list")
    assert sorted(printed.split()) == sorted(link["url"] for link in links)
    assert sorted(file["name"] for file in files) == sorted(path.name for path in folder.iterdir())
    stored = sorted(digest(path) for path in kept.rglob("*") if path.is_file())
    assert stored == sorted(digest(path) for path in folder.iterdir())
