"""Where the soak happens: a home with three accounts, all of them behind lines that fail."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from linktui.config.locations import Locations
from linktui.services.house import House
from linktui.wiring import build
from tests.e2e.conftest import Program, keep_port
from tests.faults.soak.line import Road
from tests.faults.soak.processes import Apart, Daemon, apart, lines, serve

TIMEOUT = 5
"""Seconds without a byte after which the accounts give a call up."""
SETTINGS = """
[uploads]
concurrency = 16

[local]
public_url = "{public_url}"

[plans]
hold = "none"

[accounts.local]
provider = "local"
timeout = {timeout}
"""
ACCOUNT = """
[accounts.{name}]
provider = "{name}"
base_url = "{base_url}"
secret = "file:{secret}"
timeout = {timeout}
rate = 100
"""
FAR = ("stripe", "liquidfiles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that runs."""

    program: Program
    lines: Apart
    server: Apart
    """A link server by itself, which lives all the while."""
    daemon: Daemon
    house: House
    """The home as a face has it open."""
    work: Path
    far_url: str

    @property
    def near_catalogue(self) -> Path:
        return self.program.locations.server / "catalogue.sqlite"

    @property
    def far_catalogue(self) -> Path:
        return self.work / "far" / "catalogue.sqlite"

    def catalogue_of(self, account: str) -> Path:
        return self.far_catalogue if account in FAR else self.near_catalogue


@asynccontextmanager
async def staged(root: Path) -> AsyncIterator[Scene]:
    """Start everything, and end it after the block."""
    work = root / "work"
    work.mkdir()
    program = Program(root / "home", work)
    keep_port(program.locations)
    near, far = int((program.locations.server / "port").read_text()), _free_port()
    roads = [
        Road(target=near, flips_up=True),
        Road(target=near, flips_down=True),
        Road(target=far),
    ]
    async with apart(*lines(roads), program=program) as carrying:
        to_api, to_links, to_far = (f"http://127.0.0.1:{port}" for port in await carrying.told())
        command = serve(work / "far", port=far, public_url=to_far)
        async with apart(*command, program=program) as server:
            dialects = (await server.told())["dialects"]
            _write_settings(program.locations, public_url=to_links, dialects=dialects, work=work)
            daemon = Daemon(program, road=to_api)
            house = build(program.locations)
            await daemon.start()
            try:
                await daemon.ready()
                yield Scene(
                    program=program,
                    lines=carrying,
                    server=server,
                    daemon=daemon,
                    house=house,
                    work=work,
                    far_url=to_far,
                )
            finally:
                await house.close()
                await daemon.stop()


def look(catalogue: Path, question: str, *values: object) -> list[tuple[Any, ...]]:
    """Return rows of a link server's catalogue, read beside it."""
    connection = apsw.Connection(str(catalogue), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(10_000)
    try:
        return connection.execute(question, values).fetchall()
    finally:
        connection.close()


def _write_settings(
    locations: Locations, *, public_url: str, dialects: dict[str, dict[str, str]], work: Path
) -> None:
    text = SETTINGS.format(public_url=public_url, timeout=TIMEOUT)
    for name in FAR:
        secret = work / f"{name}.secret"
        secret.touch(mode=0o600)
        secret.write_text(dialects[name]["secret"])
        base_url = dialects[name]["base_url"]
        text += ACCOUNT.format(name=name, base_url=base_url, secret=secret, timeout=TIMEOUT)
    locations.settings_file.write_text(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
