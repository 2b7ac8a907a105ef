"""A database that cannot be used is named and left as it is, and one home has one daemon."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from linktui.daemon.lock import holder
from linktui.model.errors import StorageUnusable
from linktui.storage import connection as connections
from linktui.storage.database import Database, check
from linktui.storage.links import Links
from linktui.storage.migrations import MIGRATIONS
from tests.e2e.conftest import PROGRAM, Program
from tests.fakes import NOON
from tests.faults.client_program import installed, shown
from tests.ui.samples import LINK
from tests.waiting import until

STORAGE, DAEMON = 9, 11
PAGE = 4096


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with installed(tmp_path) as program:
        yield program


def filled(program: Program) -> Path:
    """Have a database with a link, nothing of it left beside the file."""
    asyncio.run(_fill(program.locations.database))
    return program.locations.database


async def _fill(path: Path) -> None:
    database = Database(path)
    rows = [(replace(LINK, id=f"l{number}"), json.dumps({"x": "y" * 3000})) for number in range(30)]
    await Links(database).save(rows, seen=NOON)
    database.close()


def spoil(path: Path) -> None:
    """Overwrite every page but the first few, which open as usual."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(b"\xde\xad" * (size // 3))


def no_database(path: Path) -> None:
    path.write_bytes(b"something else entirely " * 500)


def newer(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", len(MIGRATIONS) + 1)
    connection.pragma("wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.mark.parametrize(
    ("change", "words"), [(spoil, "damaged"), (no_database, "damaged"), (newer, "newer linktui")]
)
def test_fault_37_a_database_that_is_not_ours_to_use_is_named_and_left_alone(
    program: Program, change: Callable[[Path], None], words: str
) -> None:
    path = filled(program)
    change(path)
    before = path.read_bytes()
    program.run("links", "list", "--json", code=STORAGE)
    assert words in program.narration
    assert str(path) in program.narration
    assert "Traceback" not in program.narration
    with shown(program) as terminal:
        assert terminal.wait_for_exit() in {1, STORAGE}
        assert words in " ".join(terminal.written.decode().split())
    # In pages that are sound the daemon may have noted that it was there.
    sound = len(before) // 3 if change is spoil else 0
    assert path.read_bytes()[sound:] == before[sound:]


def said_once(log: str, path: Path) -> None:
    """Assert that a daemon ended with one clear sentence."""
    told = [line for line in log.splitlines() if "is damaged" in line]
    assert len(told) == 1, log
    assert str(path) in told[0]
    assert "Traceback" not in log
    assert "fault of its own" not in log


def test_fault_37_a_daemon_whose_database_turns_out_to_be_damaged_ends_with_one_sentence(
    program: Program,
) -> None:
    path = filled(program)
    program.run("daemon", "start")
    pid = holder(program.locations.lock)
    spoil(path)
    before = path.read_bytes()
    (program.work / "a.txt").write_text("a")
    program.run("upload", "a.txt", "--link", code=STORAGE)
    assert str(path) in program.narration
    until(lambda: holder(program.locations.lock) != pid)  # it meets the damage at its next look
    said_once(program.locations.log.read_text(), path)
    after = path.read_bytes()
    pages = range(len(before) // 3 // PAGE * PAGE, len(before), PAGE)
    changed = [at for at in pages if after[at : at + PAGE] != before[at : at + PAGE]]
    # SQLite puts pages into the file that the daemon had written before the damage; nobody makes it anew.
    assert len(changed) < len(pages) / 4, changed


def test_fault_37_a_link_server_with_a_damaged_catalogue_is_named_when_it_is_met(program: Program) -> None:
    path = program.locations.server / "catalogue.sqlite"
    no_database(path)
    before = path.read_bytes()
    program.run("daemon", "start", code=DAEMON)
    for narration in (program.narration, program.locations.log.read_text()):
        assert f"{path} is damaged" in narration
        assert "Traceback" not in narration
    program.run("serve", "--port", "0", code=STORAGE)
    assert f"{path} is damaged" in program.narration
    assert path.read_bytes() == before


def test_fault_37_a_migration_keeps_a_copy_of_what_was_and_never_writes_over_one(tmp_path: Path) -> None:
    path, old = tmp_path / "linktui.db", len(MIGRATIONS) - 1
    for number in range(2):
        connection = apsw.Connection(str(path))
        connections.add_functions(connection)
        for statement in MIGRATIONS[:old]:
            connection.execute(statement)
        connection.pragma("user_version", old)
        connection.execute("CREATE TABLE mine (n)")
        connection.execute("INSERT INTO mine VALUES (?)", (number,))
        connection.close()
        Database(path).close()
        backup = path.with_name(f"linktui.db.v{old}")
        kept = apsw.Connection(str(backup))
        assert kept.pragma("user_version") == old
        assert kept.execute("SELECT n FROM mine").get == 0
        kept.close()
        assert backup.stat().st_mode & 0o777 == 0o600
        assert check(backup) == "ok"
        for file in tmp_path.glob("linktui.db*"):
            if file != backup:
                file.unlink()


def test_fault_37_a_directory_and_a_disk_that_take_nothing_are_a_sentence(program: Program) -> None:
    path = filled(program)
    nowhere = {**program.environment, "LINKTUI_HOME": "/proc/no-such-place"}

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    for environment, limit in ((nowhere, None), (program.environment, full)):
        done = subprocess.run(
            [*PROGRAM, "uploads", "limit", "1MB"],
            env=environment,
            cwd=program.work,
            capture_output=True,
            text=True,
            preexec_fn=limit,
        )
        assert done.returncode == STORAGE, done.stderr
        assert "cannot be used" in done.stderr
        assert "Traceback" not in done.stderr
    assert check(path) == "ok"
    assert len(json.loads(program.run("links", "list", "--json"))) == 30


def test_fault_37_a_database_that_stays_busy_is_said_and_can_be_read_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connections.BUSY_MS == 10_000
    monkeypatch.setattr(connections, "BUSY_MS", 50)
    database, other = Database(tmp_path / "linktui.db"), apsw.Connection(str(tmp_path / "linktui.db"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnusable, match="locked"):
        database.write_now(lambda connection: None)
    assert database.ticks()
    other.execute("ROLLBACK")
    database.write_now(lambda connection: None)
    database.close()
    other.close()


def test_fault_37_two_screens_and_a_dead_daemons_lock_have_one_daemon(program: Program) -> None:
    program.locations.lock.write_text("999999")
    (program.work / "hello.txt").write_text("hello\n")
    with shown(program) as one, shown(program) as two:
        one.wait_for("Links")
        two.wait_for("Links")
        program.run("upload", "hello.txt", "--link")
        for terminal in (one, two):
            terminal.wait_for("hello.txt")
        pid = holder(program.locations.lock)
        assert json.loads(program.run("daemon", "status", "--json"))["pid"] == pid
        for terminal in (one, two):
            terminal.press("q")
            assert terminal.wait_for_exit() == 0
        assert holder(program.locations.lock) == pid
    assert len(json.loads(program.run("files", "list", "--json"))) == 1
