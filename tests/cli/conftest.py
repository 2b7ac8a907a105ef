"""The command line in this process, over the fake service; queue and plans are worked off by a thread."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from linktui.cli.desk import Surroundings
from linktui.cli.main import main
from linktui.config.locations import Locations
from linktui.model.errors import DaemonStartFailed
from linktui.services.engine import Engine
from linktui.services.plan_runner import open_runner
from linktui.wiring import build, system_clock
from tests.fakes import FakeProbes, FakeProvider
from tests.template import begin_with_a_copy


@dataclass
class FakeDaemon:
    """The queue and the plans over the fake service in a thread, started when a command asks for a daemon."""

    provider: FakeProvider
    fails: bool = False
    asked: int = 0
    _ready: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def ensure_running(self, locations: Locations) -> None:
        self.asked += 1
        if self.fails:
            raise DaemonStartFailed("the disk is full")
        if self._thread is None:
            self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(locations)))
            self._thread.start()
            self._ready.wait()

    def end(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    async def _serve(self, locations: Locations) -> None:
        house = build(locations, connect_provider=lambda account: self.provider)
        self._ready.set()
        engine = Engine(
            database=house.database,
            accounts=house.services.accounts,
            queue=house.services.transfers,
            concurrency=2,
            bandwidth_limit=0,
            clock=system_clock,
        )
        runner = open_runner(house)
        work = [asyncio.create_task(engine.run()), asyncio.create_task(runner.run())]
        await asyncio.to_thread(self._ended.wait)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await house.close()


class Shell:
    """Runs command lines and keeps what they wrote."""

    def __init__(self, home: Path, daemon: FakeDaemon, capsys: pytest.CaptureFixture[str]) -> None:
        self.locations = Locations.below(home)
        self.daemon = daemon
        self.provider = daemon.provider
        self.probes = FakeProbes()
        self._capsys = capsys
        self.narration = ""

    def run(self, *arguments: str, code: int = 0) -> str:
        surroundings = Surroundings(
            locations=self.locations,
            open_house=lambda locations: build(
                locations,
                connect_provider=lambda account: self.provider,
                connect_prober=lambda account: self.probes,
            ),
            ensure_running=self.daemon.ensure_running,
        )
        got = main(arguments, surroundings=surroundings)
        written = self._capsys.readouterr()
        self.narration = written.err
        assert got == code, (arguments, got, written)
        return written.out.strip()

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code))

    def array(self, *arguments: str) -> list[dict[str, Any]]:
        value = self.json(*arguments)
        assert isinstance(value, list)
        return value

    def object(self, *arguments: str) -> dict[str, Any]:
        value = self.json(*arguments)
        assert isinstance(value, dict)
        return value

    def link(self, *arguments: str) -> dict[str, Any]:
        """Make an upload link, the kind that needs no file, and return it."""
        return self.object("links", "create", "--kind", "upload", *arguments)


@pytest.fixture(autouse=True)
def _tables_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    begin_with_a_copy(monkeypatch)


@pytest.fixture
def daemon() -> Iterator[FakeDaemon]:
    daemon = FakeDaemon(FakeProvider(system_clock))
    yield daemon
    daemon.end()


@pytest.fixture
def shell(tmp_path: Path, daemon: FakeDaemon, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path / "home", daemon, capsys)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("hello\n")
    return path
