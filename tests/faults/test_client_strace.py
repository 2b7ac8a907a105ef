"""Killed by strace at whatever system call: the daemon and the link server go on, and have all of it once."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest

from linktui.linkserver.token import load_or_create_token
from tests.faults.strace import ALL, KINDS, most_of, strace
from tests.faults.test_client_kill import CHECKOUT, one_file_and_one_link, queued
from tests.server.conftest import free_port
from tests.server.test_tus import STREAM, TUS

__all__ = ["free_port", "queued", "strace"]
pytestmark = pytest.mark.usefixtures("strace")

DATA = os.urandom(200_000)
CUT = 123_456


class Victims:
    """Starts processes that are to be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._given, self._told = process.stdin, process.stdout
        self._alive = 0

    def start(self, **wanted: object) -> int:
        """Start one and return its process id."""
        self._given.write(json.dumps({"calls": "", "last": 0, "log": "/dev/null"} | wanted) + "\n")
        self._given.flush()
        self._alive = int(self._told.readline())
        return self._alive

    def wait(self) -> int:
        """Return the exit code once it has ended."""
        code = int(self._told.readline())
        self._alive = 0
        return code

    def run(self, **wanted: object) -> int:
        self.start(**wanted)
        return self.wait()

    def close(self) -> None:
        """End what a test that failed has left."""
        if self._alive:
            os.kill(self._alive, signal.SIGKILL)
        self._given.close()


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    command = [sys.executable, "-m", "tests.faults.client_traced"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=CHECKOUT,
    ) as process:
        victims = Victims(process)
        yield victims
        victims.close()


@contextmanager
def noted(where: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(where)
        raise


# The daemon, which uploads a file and makes its link


@pytest.fixture(scope="module")
def daemon_calls(queued: Path, victims: Victims) -> dict[str, int]:
    """How many calls of each kind a daemon's busiest thread makes."""
    home, log = queued / "counted", queued / "counted.log"
    shutil.copytree(queued / "home", home)
    assert victims.run(what="daemon", home=str(home), calls=ALL, log=str(log)) == 0
    one_file_and_one_link(home, queued / "report.bin")
    return most_of(log)


def daemon_survives(queued: Path, victims: Victims, calls: str, last: int) -> None:
    home = queued / "killed"
    shutil.copytree(queued / "home", home)
    try:
        with noted(f"killed before the {last}th of {calls}"):
            code = victims.run(what="daemon", home=str(home), calls=calls, last=last)
            assert code in {-signal.SIGKILL, 0}  # 0: no thread made so many this time
            assert victims.run(what="daemon", home=str(home)) == 0
            one_file_and_one_link(home, queued / "report.bin")
    finally:
        shutil.rmtree(home)


def test_fault_31_a_daemon_killed_at_a_system_call_goes_on_to_one_file_and_one_link(
    queued: Path, victims: Victims, daemon_calls: dict[str, int]
) -> None:
    for kind, most in daemon_calls.items():  # each run of the suite takes other ones: the soak has all
        daemon_survives(queued, victims, KINDS[kind], random.randint(1, most))


@pytest.mark.soak  # some hundred daemons
@pytest.mark.parametrize("kind", KINDS)
def test_fault_31_a_daemon_killed_at_any_system_call_goes_on_to_one_file_and_one_link(
    queued: Path, victims: Victims, daemon_calls: dict[str, int], kind: str
) -> None:
    for last in range(1, daemon_calls[kind] + 1):
        daemon_survives(queued, victims, KINDS[kind], last)


# The link server, which gets a file by tus and a link to it


class Sender:
    """Sends one file and has one link made, and goes on after each break."""

    def __init__(self, directory: Path, port: int) -> None:
        headers = {"Authorization": f"Bearer {load_or_create_token(directory)}"}
        self._url = f"http://127.0.0.1:{port}"
        self._headers = headers
        self._place = ""
        self._confirmed = 0

    def go_on(self) -> dict[str, Any]:
        """Do what is left to do and return the link; raises TransportError when the server goes away."""
        with httpx.Client(base_url=self._url, headers=self._headers, trust_env=False, timeout=60) as client:
            if not self._place:
                name = b64encode(b"a.bin").decode()
                told = {"Upload-Length": str(len(DATA)), "Upload-Metadata": f"filename {name}"}
                self._place = client.post("/api/tus", headers=TUS | told).headers["location"]
            for end in (CUT, len(DATA)):
                self._send(client, end)
            file = client.head(self._place, headers=TUS).headers["linktui-file"]
            body = {"kind": "download", "files": [{"id": file}]}
            made = client.post("/api/links", json=body, headers={"Idempotency-Key": "once"})
            assert made.status_code in {200, 201}, made.text
            return dict(made.json())

    def _send(self, client: httpx.Client, end: int) -> None:
        offset = int(client.head(self._place, headers=TUS).headers["upload-offset"])
        assert offset >= self._confirmed
        if offset < end:
            head = TUS | STREAM | {"Upload-Offset": str(offset)}
            answer = client.patch(self._place, content=DATA[offset:end], headers=head)
            self._confirmed = int(answer.headers["upload-offset"])


def until_ready(port: int, pid: int) -> bool:
    """Return once the server answers, or False when it has died."""
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/api/health", trust_env=False, timeout=60).is_success
        except httpx.TransportError:
            if not _lives(pid):
                return False


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture
def server_calls(tmp_path: Path, free_port: int, victims: Victims) -> dict[str, int]:
    """How many calls of each kind a server's busiest thread makes."""
    directory, log = tmp_path / "counted", tmp_path / "counted.log"
    directory.mkdir()
    pid = victims.start(what="server", home=str(directory), port=free_port, calls=ALL, log=str(log))
    assert until_ready(free_port, pid)
    Sender(directory, free_port).go_on()
    os.kill(pid, signal.SIGTERM)
    assert victims.wait() == 0
    return most_of(log)


def server_survives(directory: Path, port: int, victims: Victims, calls: str, last: int) -> None:
    try:
        with noted(f"killed before the {last}th of {calls}"):
            directory.mkdir(mode=0o700)
            sender = Sender(directory, port)
            pid = victims.start(what="server", home=str(directory), port=port, calls=calls, last=last)
            try:
                if until_ready(port, pid):
                    sender.go_on()
                    os.kill(pid, signal.SIGTERM)
            except httpx.TransportError:
                pass
            assert victims.wait() in {-signal.SIGKILL, 0}
            pid = victims.start(what="server", home=str(directory), port=port)
            assert until_ready(port, pid)
            link = sender.go_on()
            content = httpx.get(f"{link['url']}/download", trust_env=False).content
            os.kill(pid, signal.SIGTERM)
            assert victims.wait() == 0
            assert content == DATA
            one_of_each(directory, link["id"])
    finally:
        shutil.rmtree(directory)


def one_of_each(directory: Path, link: str) -> None:
    catalogue = apsw.Connection(str(directory / "catalogue.sqlite"))
    digest = hashlib.sha256(DATA).hexdigest()
    assert catalogue.pragma("integrity_check") == "ok"
    assert catalogue.execute("SELECT size, sha256 FROM file").fetchall() == [(len(DATA), digest)]
    assert catalogue.execute("SELECT id FROM link").fetchall() == [(link,)]
    catalogue.close()
    [blob] = [path for path in (directory / "blobs").rglob("*") if path.is_file()]
    assert hashlib.sha256(blob.read_bytes()).hexdigest() == digest


def test_fault_26_a_server_killed_at_a_system_call_has_the_file_whole_and_one_link(
    tmp_path: Path, free_port: int, victims: Victims, server_calls: dict[str, int]
) -> None:
    for kind, most in server_calls.items():
        server_survives(tmp_path / "server", free_port, victims, KINDS[kind], random.randint(1, most))


@pytest.mark.soak  # some hundred servers
@pytest.mark.parametrize("kind", KINDS)
def test_fault_26_a_server_killed_at_any_system_call_has_the_file_whole_and_one_link(
    tmp_path: Path, free_port: int, victims: Victims, server_calls: dict[str, int], kind: str
) -> None:
    for last in range(1, server_calls[kind] + 1):
        server_survives(tmp_path / "server", free_port, victims, KINDS[kind], last)
