"""How costs grow with the links and with a file's size, drawn too: `growth-links.svg`, `growth-files.svg`."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks import catalogue
from benchmarks.figure import Figure, tell
from benchmarks.keys import Keyboard, percentile
from benchmarks.list import COLUMNS, ROWS, SCREENFUL
from benchmarks.plot import Panel, draw
from benchmarks.sink import sink
from benchmarks.transfer import MIB, to_tus, zeros
from linktui.config.locations import Locations
from linktui.daemon.control import ensure_running, stop

STARTS, KEYS = 5, 100
SIZES = {"1 MiB": MIB, "32 MiB": 32 * MIB, "1 GiB": 1024 * MIB, "10 GiB": 10240 * MIB}
OF_LINKS = (
    ("first paint", "ms"),
    ("a key", "ms"),
    ("memory of the face", "MB"),
    ("a link on disk", "bytes"),
)
OF_FILES = (("upload with its SHA-256", "MiB/s"), ("memory at most", "MB"))
NAMES = {1_000: "1 k", 100_000: "100 k", 1_000_000: "1 M"}


def figures() -> Iterator[Figure]:
    """Measure, and draw."""
    links = [of_links(size) for size in catalogue.SIZES]
    yield from shown("links", {NAMES[size]: size for size in catalogue.SIZES}, OF_LINKS, links)
    files = [of_file(size) for size in SIZES.values()]
    yield from shown("files", SIZES, OF_FILES, files)


def shown(
    what: str, sizes: dict[str, int], titles: Sequence[tuple[str, str]], rows: list[tuple[float, ...]]
) -> Iterator[Figure]:
    """Draw the costs of one thing that grows, and yield them."""
    panels = [
        Panel(title, unit, list(sizes.values()), [row[at] for row in rows])
        for at, (title, unit) in enumerate(titles)
    ]
    size = "links" if what == "links" else "size of the file"
    draw(HERE / f"growth-{what}.svg", title="", size=size, panels=panels, names=list(sizes))
    for panel in panels:
        for name, cost in zip(sizes, panel.costs, strict=True):
            whole = f"{name} links" if what == "links" else name
            yield Figure(f"{panel.title}, {whole}", panel.unit, (cost,))


def of_links(size: int) -> tuple[float, ...]:
    """Return milliseconds to the first list and of a key, megabytes of the face, bytes a link on disk."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place, "home")
        shutil.copytree(catalogue.home(size), home)
        environment = dict(os.environ) | {"LINKTUI_HOME": str(home), "TERM": "xterm-256color"}
        locations = Locations.below(home)
        ensure_running(locations)
        try:
            paints = [opened(environment)[0] for _ in range(STARTS)]
            _, key, resident = opened(environment, keys=KEYS)
            on_disk = locations.database.stat().st_size / size
        finally:
            stop(locations)
    return statistics.median(paints), key, resident, on_disk


def opened(environment: dict[str, str], *, keys: int = 0) -> tuple[float, float, float]:
    """Return the milliseconds to the first list, those of a key at the median, and megabytes."""
    command = [sys.executable, "-m", "linktui", "--no-warm"]
    began = time.perf_counter()
    with Keyboard(command, environment=environment, columns=COLUMNS, rows=ROWS) as keyboard:
        keyboard.wait_for("Name", "Account", patience=60)
        painted = (time.perf_counter() - began) * 1000
        if not keys:
            return painted, 0.0, 0.0
        keyboard.settle(most=5)
        for _ in range(SCREENFUL):
            keyboard.strike("j")
        answers = [keyboard.strike("j") for _ in range(keys)]
        return painted, percentile(answers, 50), keyboard.resident()


def of_file(size: int) -> tuple[float, ...]:
    """Return MiB a second, and megabytes of memory at most, of an upload in a process of its own."""
    with sink() as address, zeros(size) as path:
        command = [sys.executable, __file__, "send", str(path), address]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return size / MIB / float(told[0]), float(told[1])


def send(path: Path, address: str) -> None:
    """Send one file and print the seconds and the megabytes that it took."""
    began = time.perf_counter()
    to_tus(path, address, digested=True)
    seconds = time.perf_counter() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


if __name__ == "__main__":
    if sys.argv[1:2] == ["send"]:
        send(Path(sys.argv[2]), sys.argv[3])
    else:
        tell(figures())
