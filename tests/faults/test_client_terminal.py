"""Whatever becomes of the terminal, the screens go or wait, and the daemon goes on."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.daemon.lock import holder
from tests.e2e.conftest import PROGRAM, Program
from tests.e2e.terminal import Terminal
from tests.faults.client_program import installed, shown
from tests.waiting import until


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with installed(tmp_path) as program:
        yield program


def resize(terminal: Terminal, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_fault_36_a_hangup_ends_the_screens_and_not_the_upload_whose_progress_is_true(
    program: Program,
) -> None:
    (program.work / "slow.bin").write_bytes(os.urandom(3_000_000))
    program.run("daemon", "start")
    program.run("uploads", "limit", "100KB")
    pid = holder(program.locations.lock)
    for end in (lambda terminal: os.kill(terminal.pid, signal.SIGHUP), Terminal.hang_up):
        with shown(program) as terminal:
            terminal.wait_for("Links")
            if not program.rows("uploads", "list"):
                program.run("upload", "slow.bin", "--link", "--detach")
            terminal.press("3")
            terminal.wait_for("slow.bin", "uploading")
            end(terminal)
            assert terminal.wait_for_exit() != 0
    assert holder(program.locations.lock) == pid
    with shown(program) as terminal:
        terminal.wait_for("Links")
        terminal.press("3")
        terminal.wait_for("slow.bin")
        program.run("uploads", "limit", "0")
        terminal.wait_for("done")
    [upload] = program.rows("uploads", "list")
    assert (upload["sent"], upload["state"]) == (3_000_000, "done")


TIDIED = """
import signal, sys
from pathlib import Path
from linktui.cli.caretaker import tidied_after

with tidied_after(Path(sys.argv[1]).rmdir):
    print("begun", flush=True)
    signal.pause()
"""


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGKILL, signal.SIGINT])
def test_fault_36_what_is_to_be_tidied_is_however_the_process_ends(
    tmp_path: Path, end: signal.Signals
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-c", TIDIED, str(home)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=listen,  # noqa: PLW1509 - nothing else runs in this process meanwhile
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(end)
        assert process.wait() != 0
        assert process.stdout.read() == b""  # nobody holds the terminal
    until(lambda: not home.exists())


def listen() -> None:
    """Take signals as a program in a terminal does."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.soak  # making a demo takes long
@pytest.mark.parametrize("end", ["hangup", "closed", "killed", "left"])
def test_fault_36_a_demo_leaves_nothing_behind_however_it_ends(tmp_path: Path, end: str) -> None:
    homes = tmp_path / "homes"
    homes.mkdir()
    environment = os.environ | {"TMPDIR": str(homes), "TERM": "xterm-256color"}
    with Terminal([*PROGRAM, "demo"], environment=environment) as terminal:
        terminal.wait_for("Links", "active")
        [home] = homes.glob("linktui-demo-*")
        daemon = holder(Locations.below(home).lock)
        assert daemon
        if end == "closed":
            terminal.hang_up()
        elif end == "left":
            terminal.press("q")
        else:
            os.kill(terminal.pid, signal.SIGHUP if end == "hangup" else signal.SIGKILL)
        assert (terminal.wait_for_exit() == 0) == (end == "left")
    until(lambda: not any(homes.iterdir()) and not Path(f"/proc/{daemon}").exists())


def test_fault_36_one_cell_and_a_stop_and_a_return_leave_a_screen_that_works(program: Program) -> None:
    (program.work / "hello.txt").write_text("hello\n")
    program.run("upload", "hello.txt", "--link")
    with shown(program) as terminal:
        terminal.wait_for("hello.txt")
        for size in ((1, 1), (3, 2), (500, 1), (80, 24)):
            resize(terminal, *size)
            terminal.press("j")
        terminal.wait_for("hello.txt")
        terminal.press("\x1a")
        terminal.wait_until(lambda screen: state_of(terminal.pid) == "T")
        stopped = processor_seconds(terminal.pid)
        program.run("links", "list")
        assert processor_seconds(terminal.pid) == stopped
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.press("3")
        terminal.wait_for("done")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_fault_36_keys_that_come_faster_than_the_screens_end_it_well(program: Program) -> None:
    for keys in ("3q", "23q", "4123@3q"):
        with shown(program) as terminal:
            terminal.wait_for("Links")
            terminal.press(keys)
            assert terminal.wait_for_exit() == 0
    assert not (program.locations.state / "fault.log").exists()


def test_fault_36_screens_that_nobody_uses_cost_next_to_nothing(program: Program) -> None:
    with shown(program) as terminal:
        terminal.wait_for("Links")
        for _ in range(20):
            terminal._read(0.1)
        before, began = processor_seconds(terminal.pid), time.monotonic()
        for _ in range(10):
            terminal._read(0.1)
        share = (processor_seconds(terminal.pid) - before) / (time.monotonic() - began)
        assert share < 0.25


def test_fault_36_a_reader_that_goes_away_is_no_fault(program: Program) -> None:
    command = [*PROGRAM, "--help"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment, cwd=program.work
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
