"""Time of `linktui links list`, beside a Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figure import Figure, paired, tell


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Return the seconds a command takes."""
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ) | {"LINKTUI_HOME": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its compiled files
        yield paired(
            "`linktui links list`",
            lambda: timed([sys.executable, "-m", "linktui", "links", "list"], environment),
            "python -c pass",
            lambda: timed([sys.executable, "-c", "pass"], environment),
            runs=20,
            reach="<= 120",
        )


if __name__ == "__main__":
    tell(figures())
