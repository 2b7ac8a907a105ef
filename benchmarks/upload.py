"""Time of an upload through the daemon to a published link, beside `curl -T` to the same server's API."""

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
from linktui.config.locations import Locations
from linktui.daemon.control import ensure_running, stop
from linktui.providers.local.address import load_address

SIZE = 512 * 1024 * 1024


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as home:
        source = Path(home, "source.bin")
        with source.open("wb") as file:
            for _ in range(SIZE // (1 << 20)):
                file.write(os.urandom(1 << 20))
        environment = dict(os.environ) | {"LINKTUI_HOME": home}
        locations = Locations.below(Path(home))
        running = ensure_running(locations)
        token = load_address(locations.server).token
        upload = [sys.executable, "-m", "linktui", "upload", str(source), "--link"]
        curl = [
            "curl",
            "-sS",
            "-X",
            "POST",
            "-T",
            str(source),
            "-H",
            "@-",
            f"{running.address}/api/files?name=x",
        ]

        def run(command: list[str]) -> float:
            began = time.perf_counter()
            header = f"Authorization: Bearer {token}"
            subprocess.run(
                command,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                input=header,
                text=True,
            )
            return time.perf_counter() - began

        try:
            yield paired(
                "upload of 512 MiB to a published link",
                lambda: run(upload),
                "curl -T",
                lambda: run(curl),
                runs=3,
            )
        finally:
            stop(locations)


if __name__ == "__main__":
    tell(figures())
