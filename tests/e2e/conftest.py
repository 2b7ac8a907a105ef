"""The real program, in a home of its own, with its own daemon that is gone afterwards."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from linktui.cli.desk import Surroundings
from linktui.cli.main import main
from linktui.config.locations import Locations
from linktui.daemon.lock import holder
from linktui.wiring import build
from tests.daemons import end_daemon
from tests.waiting import until

PROGRAM = [sys.executable, "-m", "linktui"]


def _listen_to_interrupts() -> None:
    """Take ^C as a program in a terminal does: one in the background inherits deafness to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Program:
    """`linktui`, as somebody types it."""

    def __init__(self, home: Path, work: Path) -> None:
        self.home = home
        self.work = work
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(work),
            "LINKTUI_HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "PYTHONWARNINGS": "error",
        }

    @property
    def locations(self) -> Locations:
        return Locations.below(self.home)

    def configure(self, text: str = "") -> None:
        """Write the settings; the daemon keeps no process warm, which would take longer than most tests."""
        self.locations.create()
        self.locations.settings_file.touch(mode=0o600)
        self.locations.settings_file.write_text(f"{text}\n[daemon]\nwarm = false\n")

    def kill_daemon(self) -> None:
        """Kill the daemon as a crash does, and wait until the kernel has let go of what it held."""
        pid = holder(self.locations.lock)
        assert pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: holder(self.locations.lock) != pid)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the program and go on."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=self.work,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_listen_to_interrupts,  # noqa: PLW1509 - nothing else runs in this process meanwhile
        )

    def run(self, *arguments: str, code: int = 0, stdin: str | None = None) -> str:
        """Run the program to its end and return what it wrote to stdout."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.work,
            env=self.environment,
            capture_output=True,
            text=True,
            input=stdin,
            timeout=120,
        )
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        self.narration = done.stderr
        return done.stdout.strip()

    def ask(self, *arguments: str) -> str:
        """Return what a command writes to stdout, given in this process: no program has to start for it."""
        told = io.StringIO()
        with redirect_stdout(told):
            code = main(arguments, surroundings=Surroundings(locations=self.locations))
        assert code == 0, (arguments, code, told.getvalue())
        return told.getvalue().strip()

    def rows(self, *arguments: str) -> Any:
        """Return what a command tells as JSON, asked in this process."""
        return json.loads(self.ask(*arguments, "--json"))


_ports = itertools.count()


def keep_port(locations: Locations) -> None:
    """Have a home's server at a port that no other test's home takes while its daemon is down."""
    port = 20_000 + os.getpid() % 120 * 100 + next(_ports)
    locations.create()
    locations.server.mkdir(mode=0o700)
    file = locations.server / "port"
    file.touch(mode=0o600)
    file.write_text(str(port))


def end_first_minute(locations: Locations) -> None:
    """Have the screens begin with the lists in a home that has no links yet."""
    locations.create()
    house = build(locations)
    asyncio.run(house.services.first_minute.end())
    house.database.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    work = tmp_path / "work"
    work.mkdir()
    program = Program(tmp_path / "home", work)
    keep_port(program.locations)
    program.configure()
    yield program
    end_daemon(program.locations)
