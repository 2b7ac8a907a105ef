"""Bytes a second to the terminal: idle, ticking, scrolling, uploading, beside other terminal programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.figure import Figure, tell
from linktui.config.locations import Locations
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.transfer import TransferState
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers
from linktui.wiring import build
from tests.e2e.terminal import Terminal

SIZE = (120, 56)
SECONDS = 6.0
SETTLE = 2.0
KEYS = 60
PEERS = HERE.parent / ".venv-peers" / "bin"
# The screens alone: without a daemon nothing happens in the database but what this script does.
FACE = """
import sys
from pathlib import Path
from linktui.config.locations import Locations
from linktui.config.settings import ScreenSettings
from linktui.ui.start import run
from linktui.wiring import build
places = Locations.below(Path(sys.argv[1]))
run(build(places).services, screen=ScreenSettings(slow=sys.argv[2]), state_directory=places.state,
    database=places.database)
"""
PEER_COMMANDS = {
    "btop": ["btop"],
    "htop": ["htop"],
    "top": ["top", "-d", "1"],
    "harlequin": [str(PEERS / "harlequin"), "--adapter", "sqlite"],
    "posting": [str(PEERS / "posting")],
}


@dataclass(frozen=True)
class Cost:
    """What a program took of the line and of a core, each second."""

    bytes: float
    """A second; of scrolling, a key."""
    percent: float
    """Of one core."""


def cpu_of(pid: int) -> float:
    """Return the seconds that all threads of a process ran."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def pass_time(terminal: Terminal, seconds: float, act: Callable[[], None] | None = None) -> float:
    """Read what a program writes and return how long that was done; `act` is called five times a second."""
    began = time.monotonic()
    while (gone := time.monotonic() - began) < seconds:
        if act is not None:
            act()
        terminal._read(0.2) if act is None else time.sleep(0.2)
        while terminal._read(0):
            pass
    return gone


def cost(
    command: Sequence[str], *, ready: str, keys: Sequence[str] = (), act: Callable[[], None] | None = None
) -> Cost:
    """Run a program, press some keys, and return what it takes from then on."""
    environment = dict(os.environ) | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    with Terminal(list(command), environment=environment, columns=SIZE[0], rows=SIZE[1]) as terminal:
        if ready:
            terminal.wait_for(ready)
        pass_time(terminal, SETTLE)
        terminal.press(*keys)
        pass_time(terminal, SETTLE, act)
        before, ran = len(terminal.written), cpu_of(terminal.pid)
        seconds = pass_time(terminal, SECONDS, act)
        if terminal.exit_code() is not None:
            raise SystemExit(f"{command[0]} has ended:\n{terminal.text}")
        return Cost((len(terminal.written) - before) / seconds, 100 * (cpu_of(terminal.pid) - ran) / seconds)


def scrolled(command: Sequence[str], *, ready: str) -> float:
    """Return the bytes that one more line of a list takes, at its lower end."""
    environment = dict(os.environ) | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with Terminal(list(command), environment=environment, columns=SIZE[0], rows=SIZE[1]) as terminal:
        terminal.wait_for(ready)
        terminal.press(*["j"] * SIZE[1])
        pass_time(terminal, 1)
        before = len(terminal.written)
        terminal.press(*["j"] * KEYS)
        pass_time(terminal, 1)
        return (len(terminal.written) - before) / KEYS


def home_with(root: Path, left: timedelta | None) -> House:
    """Return a new home with 200 links that end one after another, or never."""
    house = build(Locations.below(Path(tempfile.mkdtemp(dir=root))))
    now = datetime.now(UTC)

    def link(number: int) -> Link:
        return Link(
            account="local",
            provider="local",
            id=f"l{number}",
            kind=LinkKind.DOWNLOAD,
            name=f"report-{number:03}.pdf",
            url=f"http://127.0.0.1/l/{number}",
            created_at=now - timedelta(minutes=number),
            expires_at=None if left is None else now + left + number * timedelta(seconds=7),
            files=(LinkedFile("f1", "report.pdf", 1_200_000),),
        )

    asyncio.run(Links(house.database).save([(link(number), "{}") for number in range(200)], seen=now))
    return house


class Uploading:
    """Three uploads of 1 GB that go on as the daemon would write them down, five times a second."""

    def __init__(self, house: House, root: Path) -> None:
        self._transfers = Transfers(house.database)
        self._sent = 0
        paths = []
        for name in "abc":
            path = root / f"{name}.bin"
            path.touch()
            os.truncate(path, 1_000_000_000)
            paths.append(path)
        self._loop = asyncio.new_event_loop()
        queued = self._loop.run_until_complete(
            house.services.transfers.enqueue(Order(account="local", paths=tuple(paths)))
        )
        self._ids = [one.id for one in queued]
        self._loop.run_until_complete(self._transfers.set(self._ids, state=TransferState.UPLOADING))

    def step(self) -> None:
        """Send 2 MB more of each."""
        self._sent += 2_000_000
        rate = 10_000_000.0 + self._sent % 700_001
        progress = dict.fromkeys(self._ids, (self._sent, self._sent, rate))
        self._loop.run_until_complete(self._transfers.set_progress(progress))


def measured(root: Path) -> Iterator[tuple[str, str, float, str, str]]:
    """Yield what was measured of linktui: name, unit, value, what is to be reached, and a note."""
    days, hour = timedelta(days=9, minutes=30), timedelta(minutes=30)

    def face(house: House, slow: str = "off") -> list[str]:
        return [sys.executable, "-c", FACE, str(house.locations.data.parent), slow]

    idle = cost(face(home_with(root, days)), ready="report-0")
    yield "idle, with links of days", "bytes/s", idle.bytes, "<= 0", ""
    yield "idle, CPU", "% of a core", idle.percent, "", ""
    ticking = cost(face(home_with(root, hour)), ready="report-0")
    yield "50 rows that tick each second", "bytes/s", ticking.bytes, "<= 200", ""
    yield "50 rows that tick, CPU", "% of a core", ticking.percent, "<= 0.5", ""
    slow = cost(face(home_with(root, hour), "on"), ready="report-0")
    yield "50 rows on a slow line", "bytes/s", slow.bytes, "<= 34", ""
    yield "scrolling", "bytes a line", scrolled(face(home_with(root, days)), ready="report-0"), "<= 450", ""
    for mode, words in (("off", ""), ("on", " on a slow line")):
        house = home_with(root, days)
        busy = cost(face(house, mode), ready="report-0", keys=["3"], act=Uploading(house, root).step)
        yield f"three uploads{words}", "bytes/s", busy.bytes, "", ""


def peers() -> Iterator[tuple[str, Cost | None]]:
    """Yield what other programs take while nothing is done; None for one that is not installed."""
    for name, command in PEER_COMMANDS.items():
        installed = shutil.which(command[0]) is not None
        yield name, cost(command, ready="") if installed else None


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        taken = {}
        for name, unit, value, reach, note in measured(root):
            taken[name] = value
            yield Figure(name, unit, (value,), reach=reach, note=note)
        ours = (taken["50 rows that tick each second"],)
        for name, spent in peers():
            title = f"50 rows that tick, beside {name} left alone"
            if spent is None:
                yield Figure(title, "bytes/s", ours, note=f"{name} is not installed")
            else:
                cpu = f"{name} takes {spent.percent:.1f} % of a core"
                yield Figure(title, "bytes/s", ours, peer=name, theirs=(spent.bytes,), note=cpu)


if __name__ == "__main__":
    tell(figures())
