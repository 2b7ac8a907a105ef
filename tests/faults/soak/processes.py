"""The processes of the soak: lines, a link server by itself, and a daemon that is killed all the while."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linktui.daemon.control import status
from tests.e2e.conftest import PROGRAM, Program
from tests.faults.soak.line import Road

CHECKOUT = Path(__file__).parents[3]
READY = 120.0
"""Seconds that a process may take to be ready, where others want the processors too."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process holds."""

    rss: int
    """Bytes."""
    descriptors: int

    @classmethod
    def of(cls, pid: int) -> Sample:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return cls(pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir(f"/proc/{pid}/fd")))  # noqa: PTH208


class Apart:
    """A process that says what it has to say as lines of JSON."""

    def __init__(self, process: Process) -> None:
        self.process = process

    @property
    def pid(self) -> int:
        return self.process.pid

    async def told(self) -> Any:
        assert self.process.stdout
        async with asyncio.timeout(READY):
            return json.loads(await self.process.stdout.readline())

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())

    async def last_words(self) -> Any:
        """Have it end, and return what it says then."""
        assert self.process.stdin
        self.process.stdin.close()
        return await self.told()


@asynccontextmanager
async def apart(*command: str, program: Program) -> AsyncIterator[Apart]:
    """Run a process until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=CHECKOUT, env=program.environment
    )
    try:
        yield Apart(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def lines(roads: Sequence[Road]) -> list[str]:
    """Return the command of the lines."""
    return [sys.executable, "-m", "tests.faults.soak.line", json.dumps([asdict(road) for road in roads])]


def serve(directory: Path, *, port: int, public_url: str) -> list[str]:
    """Return the command of a link server by itself."""
    return [
        *PROGRAM,
        *("serve", "--dialects", "--json", "--directory", str(directory)),
        *("--port", str(port), "--public-url", public_url),
    ]


class Daemon:
    """The daemon, one life after the other."""

    def __init__(self, program: Program, *, road: str) -> None:
        self._program = program
        self._road = road
        self._process: Process | None = None
        self.lives: list[Sample] = []
        """What each life held before it was killed."""
        self.kills = 0

    async def start(self) -> None:
        """Start it, ready or not."""
        command = [sys.executable, "-m", "tests.faults.soak.daemon", str(self._program.home), self._road]
        log = self._program.locations.log
        with log.open("ab") as said:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=DEVNULL, stdout=said, stderr=said, cwd=CHECKOUT, env=self._program.environment
            )

    async def ready(self) -> None:
        """Wait until it answers."""
        assert self._process
        async with asyncio.timeout(READY):
            while (found := status(self._program.locations)) is None or found.pid != self._process.pid:
                assert self._process.returncode is None, self._program.locations.log.read_text()[-2000:]
                await asyncio.sleep(0.1)

    def sample(self) -> Sample:
        """Return what it holds now."""
        assert self._process
        return Sample.of(self._process.pid)

    async def kill(self) -> None:
        """Kill it as a crash does."""
        assert self._process
        self.kills += 1
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """Ask it to end and return its exit code."""
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(READY):
            return await self._process.wait()


def processes_of(home: Path) -> set[int]:
    """Return every process that was started for a home."""
    wanted = f"LINKTUI_HOME={home}".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if wanted in environment.split(b"\0"):
                found.add(int(entry.name))
    return found
