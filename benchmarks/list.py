"""A key in a list of 1,000 to 1,000,000 links while three uploads run and a sync writes; a DataTable."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import catalogue
from benchmarks.figure import Figure, tell
from benchmarks.keys import Answer, Keyboard, percentile
from linktui.config.locations import Locations
from linktui.daemon.control import stop

KEYS = 200
PAGES = 40
"""As many as a thousand rows have."""
COLUMNS, ROWS = 80, 24
SCREENFUL = 30
"""Steps down after which each step scrolls."""
DOWN, PAGE_DOWN, HOME, END, BACK = "\x1b[B", "\x1b[6~", "\x1b[H", "\x1b[F", "\x7f"
TABLE = """
from textual.app import App
from textual.widgets import DataTable
class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Name", "Kind", "State", "Time left", "Downl.", "Account")
        for number in range(1000):
            table.add_row(f"Acme report {number:06}.pdf", "download", "active", "3d 4h", "0", "acme-files")
Table().run()
"""
SYNC = """
import asyncio, itertools, sys, time
from datetime import UTC, datetime
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from benchmarks.catalogue import links
from linktui.config.locations import Locations
from linktui.storage.database import Database
from linktui.storage.links import Links
async def write():
    database = Database(Locations.below(Path(sys.argv[1])).database)
    told = links(1_000_000, now=datetime.now(UTC), seed=time.time_ns())
    while True:
        page = [(link, "{}") for link in itertools.islice(told, 100)]
        await Links(database).save(page, seen=datetime.now(UTC))
        await asyncio.sleep(0.2)
asyncio.run(write())
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured of one program."""

    step: list[Answer]
    page: list[Answer]
    edge: list[Answer]
    filter: list[Answer]
    resident: float


def figures() -> Iterator[Figure]:
    """Measure."""
    table = of_table()
    small: Run | None = None
    for size in catalogue.SIZES:
        with busy(size) as environment:
            run = of_list(environment)
        small = small or run
        yield from told(f"{size:,} links", run, table)
    assert small is not None
    yield Figure(
        "a step down at 1,000,000 links, beside 1,000",
        "ms",
        _times(run.step),
        "at 1,000",
        _times(small.step),
        reach="<= 1.2 x",
    )


def told(where: str, run: Run, table: Run) -> Iterator[Figure]:
    """Yield the figures of one size."""
    peer = "DataTable, 1,000 rows"
    for what, ours, theirs in (
        ("a step down", run.step, table.step),
        ("a page down", run.page, table.page),
        ("End or Home", run.edge, table.edge),
        ("a letter of a filter", run.filter, []),
    ):
        for percent, reach in ((50, "<= 3"), (99, "<= 10")):
            yield Figure(
                f"{where}: {what}, {percent} in 100 within",
                "ms",
                (percentile(ours, percent),),
                peer if theirs else "",
                (percentile(theirs, percent),) if theirs else (),
                reach=reach if ours is run.step else "",
            )
    yield Figure(
        f"{where}: bytes of a line that is scrolled",
        "B",
        _sizes(run.step),
        peer,
        _sizes(table.step),
        reach="<= 450",
    )
    yield Figure(
        f"{where}: memory of the face", "MB", (run.resident,), peer, (table.resident,), reach="<= 60"
    )


@contextmanager
def busy(size: int) -> Iterator[dict[str, str]]:
    """Give a copy of a data directory in which three uploads run and a sync writes."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place, "home")
        shutil.copytree(catalogue.home(size), home)
        environment = dict(os.environ) | {"LINKTUI_HOME": str(home), "TERM": "xterm-256color"}
        environment.pop("COLORTERM", None)  # which ssh does not pass on either
        sources = [Path(place, f"upload {number}.bin") for number in range(3)]
        for source in sources:
            source.touch()
            os.truncate(source, 300_000_000)
        linktui = [sys.executable, "-m", "linktui"]
        subprocess.run(
            [*linktui, "upload", "--account", "local", "--detach", *map(str, sources)],
            env=environment,
            check=True,
            capture_output=True,
        )
        sync = subprocess.Popen([sys.executable, "-c", SYNC, str(home), str(Path(__file__).parents[1])])
        try:
            yield environment
        finally:
            sync.terminate()
            sync.wait()
            stop(Locations.below(home))


def of_list(environment: dict[str, str]) -> Run:
    """Strike keys in the list of links."""
    command = [sys.executable, "-m", "linktui"]
    with Keyboard(command, environment=environment, columns=COLUMNS, rows=ROWS) as keyboard:
        keyboard.wait_for("Name", "Account", patience=60)
        keyboard.settle(most=3)
        step, page, edge = struck(keyboard, "j")
        keyboard.strike("/")
        words = ("report", "zebra", "müller", "acme 12")
        typed = [keyboard.strike(key) for word in words for key in (*word, *[BACK] * len(word))]
        return Run(step, page, edge, typed, keyboard.resident())


def of_table() -> Run:
    """Strike keys in a DataTable."""
    environment = dict(os.environ) | {"TERM": "xterm-256color"}
    environment.pop("COLORTERM", None)
    command = [sys.executable, "-c", TABLE]
    with Keyboard(command, environment=environment, columns=COLUMNS, rows=ROWS) as keyboard:
        keyboard.wait_for("Account")
        keyboard.settle(most=3)
        step, page, edge = struck(keyboard, DOWN, edges=("\x1b[1;5H", "\x1b[1;5F"))
        return Run(step, page, edge, [], keyboard.resident())


def struck(
    keyboard: Keyboard, down: str, *, edges: tuple[str, str] = (HOME, END)
) -> tuple[list[Answer], list[Answer], list[Answer]]:
    """Strike the keys that move the cursor."""
    for _ in range(SCREENFUL):
        keyboard.strike(down)
    step = [keyboard.strike(down) for _ in range(KEYS)]
    page = [keyboard.strike(PAGE_DOWN) for _ in range(PAGES)]
    edge = [keyboard.strike(key) for _ in range(PAGES) for key in edges]
    return step, page, edge


def _times(answers: list[Answer]) -> tuple[float, ...]:
    return (statistics.median(answer.seconds * 1000 for answer in answers),)


def _sizes(answers: list[Answer]) -> tuple[float, ...]:
    return (statistics.median(answer.size for answer in answers),)


if __name__ == "__main__":
    tell(figures())
