"""Time from exec to the first painted links list, beside an empty Textual app; the daemon is warm."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figure import Figure, paired, tell
from linktui.config.locations import Locations
from linktui.daemon.control import ensure_running, stop
from tests.e2e.terminal import Terminal

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready-to-go")
Empty().run()
"""


def first_paint(command: list[str], text: str, environment: dict[str, str]) -> float:
    """Return the seconds until the terminal shows `text`."""
    began = time.perf_counter()
    with Terminal(command, environment=environment, columns=120, rows=40) as terminal:
        terminal.wait_for(text)
        return time.perf_counter() - began


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ) | {"LINKTUI_HOME": home, "TERM": "xterm-256color"}
        locations = Locations.below(Path(home))
        ensure_running(locations)
        try:
            yield paired(
                "exec to the first list",
                lambda: first_paint([sys.executable, "-m", "linktui"], "Links", environment),
                "an empty Textual app",
                lambda: first_paint([sys.executable, "-c", EMPTY], "ready-to-go", environment),
                runs=10,
                reach="<= 1.05 x",
            )
        finally:
            stop(locations)


if __name__ == "__main__":
    tell(figures())
