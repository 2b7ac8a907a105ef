"""The daemon outlives what started it, is the only one, and ends when asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess

from linktui.daemon.control import ensure_running, status, stop
from tests.e2e.conftest import PROGRAM, Program
from tests.waiting import until


def test_the_address_stays_the_same_from_start_to_start(program: Program) -> None:
    first = ensure_running(program.locations)
    assert stop(program.locations)
    assert status(program.locations) is None
    assert ensure_running(program.locations).address == first.address


def test_two_starts_at_once_make_one_daemon(program: Program) -> None:
    starters = [program.start("daemon", "start") for _ in range(3)]
    assert [starter.wait(60) for starter in starters] == [0, 0, 0]
    for starter in starters:
        starter.communicate()
    told = json.loads(program.run("daemon", "status", "--json"))
    assert told["pid"] == ensure_running(program.locations).pid
    assert told["address"].startswith("http://127.0.0.1:")
    assert told["transfers"] == []
    assert "nothing to do" in program.run("daemon", "status")


def test_a_dead_daemons_lease_is_taken_over(program: Program) -> None:
    first = ensure_running(program.locations)
    program.kill_daemon()
    second = ensure_running(program.locations)
    assert second.pid != first.pid
    assert second.address == first.address


def test_a_hangup_does_not_end_it_and_a_term_does(program: Program) -> None:
    pid = ensure_running(program.locations).pid
    os.kill(pid, signal.SIGHUP)
    again = status(program.locations)
    assert again is not None
    assert again.pid == pid
    assert stop(program.locations)
    assert not stop(program.locations)


def test_it_ends_by_itself_when_there_is_nothing_to_serve(program: Program) -> None:
    program.locations.create()
    program.locations.settings_file.write_text('[daemon]\nidle_exit = "1s"\n')
    ensure_running(program.locations)
    until(lambda: status(program.locations) is None)


def test_a_port_that_is_taken_is_said(program: Program) -> None:
    ensure_running(program.locations)
    stop(program.locations)
    port = int((program.locations.server / "port").read_text())
    squat = (
        f"import socket; s = socket.create_server(('127.0.0.1', {port})); print(1, flush=True); s.accept()"
    )
    squatter = subprocess.Popen([PROGRAM[0], "-c", squat], stdout=subprocess.PIPE)
    try:
        assert squatter.stdout is not None
        squatter.stdout.readline()
        program.run("daemon", "start", code=11)
        assert f"127.0.0.1:{port} is in use by another program" in program.narration
    finally:
        squatter.kill()
        squatter.communicate()


def test_everything_it_keeps_is_for_its_owner_alone(program: Program) -> None:
    program.run("daemon", "start")
    (program.work / "a").write_text("a")
    program.run("upload", "a", "--link")
    modes = {path: path.stat().st_mode & 0o077 for path in program.home.rglob("*")}
    assert not {str(path) for path, mode in modes.items() if mode}
