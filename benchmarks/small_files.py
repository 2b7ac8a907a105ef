"""10,000 files of 4 KiB through the daemon to its link server, beside curl's parallel mode to the API."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import Figure
from linktui.__main__ import YOUNG
from linktui.config.locations import Locations
from linktui.daemon.control import ensure_running, stop
from linktui.linkserver.token import load_or_create_token
from linktui.services.house import House
from linktui.wiring import build

FILES = 10_000
CURL_FILES = 1_000
"""What curl does: each takes as long as the next."""
SIZE = 4096
AT_ONCE = 16


def small_files() -> Iterator[Figure]:
    """Measure the files a second of both, and the worst stall of a face that watches ours."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "many")
        folder.mkdir()
        for number in range(FILES):
            (folder / f"{number:05}.bin").write_bytes(os.urandom(SIZE))
        locations = Locations.below(Path(home, "home"))
        locations.create()
        running = ensure_running(locations)
        try:
            curl = [by_curl(folder, locations, running.address)]
            spent = cpu_of(running.pid)
            with watched(locations) as stalls:
                ours = by_daemon(folder, locations)
            yield Figure(
                name=f"{FILES:,} files of 4 KiB through the daemon",
                unit="files/s",
                ours=(ours,),
                peer=f"curl -Z, {AT_ONCE} at once",
                theirs=tuple(curl),
                note=f"{(cpu_of(running.pid) - spent) / FILES * 1e6:.0f} µs of the daemon's CPU a file",
            )
            yield Figure(
                name="longest that a face's loop was busy at one go meanwhile",
                unit="ms",
                ours=(max(stalls) * 1000,),
                reach="<= 16",
                note="CPU; the look at the queue, without painting",
            )
        finally:
            stop(locations)


def by_daemon(folder: Path, locations: Locations) -> float:
    """Return the files a second from the intent until all of them are done."""
    environment = dict(os.environ) | {"LINKTUI_HOME": str(locations.data.parent)}
    command = [sys.executable, "-m", "linktui", "upload", str(folder)]
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return FILES / (time.perf_counter() - began)


def by_curl(folder: Path, locations: Locations, address: str) -> float:
    """Return the files a second that curl reaches, one request each."""
    token = load_or_create_token(locations.server)
    lines = ["parallel", f"parallel-max = {AT_ONCE}"]
    for path in sorted(folder.iterdir())[:CURL_FILES]:
        lines += [
            f'url = "{address}/api/files?name={path.name}"',
            f'upload-file = "{path}"',
            "request = POST",
            f'header = "Authorization: Bearer {token}"',
            'output = "/dev/null"',
            "next",
        ]
    began = time.perf_counter()
    subprocess.run(
        ["curl", "--config", "-"],
        input="\n".join(lines[:-1]),
        text=True,
        check=True,
        stderr=subprocess.DEVNULL,  # it draws a meter whatever it is told
    )
    return CURL_FILES / (time.perf_counter() - began)


def cpu_of(process: int) -> float:
    """Return the CPU seconds that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def watched(locations: Locations) -> Iterator[list[float]]:
    """Yield a list that holds the worst stall (seconds) of a watching face's loop in the end."""
    stalls: list[float] = []
    command = [sys.executable, "-m", "benchmarks.small_files", str(locations.data.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as face:
        assert face.stdout is not None
        face.stdout.readline()  # it watches
        yield stalls
        stalls.append(float(face.communicate()[0]))


async def watch(home: Path) -> None:
    """Watch the queue as a face does until stdin ends, then print the most CPU seconds at one go."""
    house = build(Locations.below(home))
    gc.set_threshold(YOUNG)  # as a face has it
    gc.freeze()
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    watching = asyncio.create_task(_look(house))
    print("ready", flush=True)
    worst = 0.0
    while not ended.done():
        began = time.thread_time()  # what others on this machine take is no stall of ours
        await asyncio.sleep(0.001)
        worst = max(worst, time.thread_time() - began)
    watching.cancel()
    await house.close()
    print(worst, flush=True)


async def _look(house: House) -> None:
    async for _ in house.services.watch.events():
        pass


if __name__ == "__main__":
    asyncio.run(watch(Path(sys.argv[1])))
