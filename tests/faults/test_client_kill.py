"""A daemon may be killed at any write: the next one finishes, with one file and one link."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import apsw
import pytest

from linktui.config.locations import Locations
from linktui.model.link import LinkSpec
from linktui.model.transfer import TransferState
from linktui.services.transfers import Order
from linktui.storage.database import Database, check
from linktui.storage.transfers import Transfers
from linktui.wiring import build
from tests.e2e.conftest import Program, keep_port

CHECKOUT = Path(__file__).parents[2]
SIZE = 300_000
FEW = 5
"""Kills of the run that everybody makes; the soak makes all of them."""

Run = Callable[[Path, int], tuple[int, int]]


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose queue holds one upload that nothing has been done for yet."""
    work = tmp_path_factory.mktemp("kill")
    program = Program(work / "home", work)
    keep_port(program.locations)
    (work / "report.bin").write_bytes(os.urandom(SIZE))
    asyncio.run(_enqueue(program.locations, work / "report.bin"))
    return work


async def _enqueue(locations: Locations, path: Path) -> None:
    house = build(locations)
    await house.services.transfers.enqueue(Order(account="local", paths=(path,), share=LinkSpec()))
    await house.close()


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Run the daemon of a home; gives its exit code and its number of writes."""
    command = [sys.executable, "-m", "tests.faults.client_killed_daemon"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    ) as process:
        given, told = process.stdin, process.stdout
        assert given
        assert told
        yield lambda home, last: _ask(given, told, home, last)
        given.close()


def _ask(given: IO[str], told: IO[str], home: Path, last: int) -> tuple[int, int]:
    given.write(f"{home} {last}\n")
    given.flush()
    code, writes = told.readline().split()
    return int(code), int(writes)


def one_file_and_one_link(home: Path, source: Path) -> None:
    """Assert that the upload is done, and that the service has it once, whole."""
    locations = Locations.below(home)
    database = Database(locations.database)
    [transfer] = Transfers(database).all()
    database.close()
    assert (transfer.state, transfer.error) == (TransferState.DONE, "")
    catalogue = apsw.Connection(str(locations.server / "catalogue.sqlite"))
    assert catalogue.execute("SELECT count(*), max(size) FROM file").fetchall() == [(1, SIZE)]
    assert catalogue.execute("SELECT id FROM link").fetchall() == [(transfer.link_id,)]
    catalogue.close()
    for path in (locations.database, locations.server / "catalogue.sqlite"):
        assert check(path) == "ok"
    kept = [path for path in (locations.server / "blobs").rglob("*") if path.is_file()]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in kept]
    assert digests == [hashlib.sha256(source.read_bytes()).hexdigest()]


def survive(queued: Path, run: Run, last: int) -> None:
    """Kill the daemon at one write, and have the next one finish."""
    home = queued / "home"
    shutil.copytree(home, queued / "killed")
    try:
        assert run(queued / "killed", last)[0] in {-signal.SIGKILL, 0}  # 0: it had fewer writes this time
        assert run(queued / "killed", 0)[0] == 0
        one_file_and_one_link(queued / "killed", queued / "report.bin")
    except AssertionError as error:
        error.add_note(f"killed before write {last}")
        raise
    finally:
        shutil.rmtree(queued / "killed")


def writes_of(queued: Path, run: Run) -> int:
    """Return how many writes a run from the start to the end has."""
    shutil.copytree(queued / "home", queued / "whole")
    code, writes = run(queued / "whole", 0)
    assert code == 0
    one_file_and_one_link(queued / "whole", queued / "report.bin")
    return writes


def test_fault_31_a_daemon_killed_at_a_write_goes_on_to_one_file_and_one_link(queued: Path, run: Run) -> None:
    writes = writes_of(queued, run)
    assert writes > 100
    # Each run of the suite takes other ones: the soak has all.
    for share in range(FEW):
        survive(queued, run, random.randint(share * writes // FEW + 1, (share + 1) * writes // FEW))


@pytest.mark.soak  # some hundred daemons, two for each write
def test_fault_31_a_daemon_killed_at_any_write_goes_on_to_one_file_and_one_link(
    queued: Path, run: Run
) -> None:
    for last in range(1, writes_of(queued, run) + 1):
        survive(queued, run, last)
