"""Time from exec to the first painted list, the plain way and by the warm door, beside an empty Textual app.

Each with a home of few links and one of very many, which must not be seen in the time. Python's compiled
files are made first, as an installation does.
"""

from __future__ import annotations

import compileall
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import linktui
from benchmarks.figure import Figure, paired, tell
from linktui.config.locations import Locations
from linktui.daemon.control import ensure_running, stop
from linktui.storage.database import Database
from linktui.warm.terms import SOCKET
from tests.e2e.terminal import Terminal

FEW, MANY = 20, 100_000
PROGRAM = [sys.executable, "-m", "linktui"]
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready-to-go")
Empty().run()
"""
FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO link (account, provider, id, kind, name, url, slug, created_at, expires_at, has_password, files,
                  metadata, revision, options, facts, search, seen, expiry, ends_at)
SELECT 'acme', 'stripe', 'link_' || i, 'download', 'report-' || i || '.pdf', 'https://files.example/' || i,
       '', 1700000000000 + i * 1000, 4000000000000 + i * 1000, 0, '[]', '{}', '', '{}', '{}',
       'report-' || i, 0, 4000000000000 + i * 1000, 4000000000000 + i * 1000
FROM n
"""
NOWHERE = """
[accounts.acme]
provider = "stripe"
secret = "env:LINKTUI_BENCHMARK_HAS_NONE"
"""
"""An account that is never reached, so that no look at it takes the links away."""


def first_paint(command: list[str], text: str, environment: dict[str, str]) -> float:
    """Return the seconds until the terminal was sent what makes it show `text`."""
    began = time.perf_counter()
    with Terminal(command, environment=environment, columns=120, rows=40) as terminal:
        terminal.wait_for(text)
        return terminal.written_at - began  # to draw it here takes a while, too


def figures() -> Iterator[Figure]:
    """Measure."""
    compileall.compile_dir(Path(linktui.__file__).parent, quiet=2)
    for links in (FEW, MANY):
        with tempfile.TemporaryDirectory() as home:
            yield from _at_home(Path(home), links)


def _at_home(home: Path, links: int) -> Iterator[Figure]:
    environment = dict(os.environ) | {"LINKTUI_HOME": str(home), "TERM": "xterm-256color"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.clear()
    os.environ.update(environment)
    locations = Locations.below(home)
    locations.create()
    _fill(locations, links)
    ensure_running(locations)
    try:
        for name, options, reach in (
            ("the first list", ["--no-warm"], "<= 1.05 x"),
            ("the first list by the warm door", [], "<= 60"),
        ):
            if not options and not _is_warm(locations):
                return
            yield paired(
                f"exec to {name}, {links:,} links",
                lambda options=options: first_paint([*PROGRAM, *options], "report-", environment),  # type: ignore[misc]
                "an empty Textual app",
                lambda: first_paint([sys.executable, "-c", EMPTY], "ready-to-go", environment),
                runs=10,
                reach=reach,
            )
    finally:
        stop(locations)


def _fill(locations: Locations, links: int) -> None:
    locations.settings_file.write_text(NOWHERE)
    database = Database(locations.database)
    database.write_now(lambda connection: connection.execute(FILL, (links,)))
    database.close()


def _is_warm(locations: Locations) -> bool:
    """Wait until the daemon has its warm process, which only Linux has."""
    end = time.monotonic() + 20
    while not (locations.data / SOCKET).exists() and time.monotonic() < end:
        time.sleep(0.1)
    return (locations.data / SOCKET).exists()


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        tell(figures())
