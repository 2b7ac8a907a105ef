"""strace, which kills a process at a system call of its own. https://strace.io"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

KINDS = {
    "flush": "fsync,fdatasync",
    "rename": "rename,renameat,renameat2,link,linkat,unlink,unlinkat",
    "write": "pwrite64,pwritev,write,writev,ftruncate",
}
"""The system calls that change what is on the disk, in the groups that are counted together."""
ALL = ",".join(KINDS.values())


@pytest.fixture(scope="session")
def strace() -> None:
    """Skip where there is no strace, or where it may trace nothing."""
    try:
        subprocess.run(["strace", "-o", "/dev/null", "true"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"strace cannot be used: {error}")


def be_traced(calls: str, last: int, log: Path) -> None:
    """Have this process noted in `log`, and killed before the `last` of some calls (0 is never).

    Each thread is counted by itself, so that the first to come to its `last` one ends them all.
    """
    wanted = ["-e", f"trace={calls}"] + (["-e", f"inject={calls}:signal=SIGKILL:when={last}"] if last else [])
    tracer = subprocess.Popen(["strace", "-f", "-qq", *wanted, "-o", str(log), "-p", str(os.getpid())])
    while "\nTracerPid:\t0\n" in Path("/proc/self/status").read_text():
        assert tracer.poll() is None


def most_of(log: Path) -> dict[str, int]:
    """Return, for each of the kinds, how many calls the busiest thread made."""
    kinds = {call: kind for kind, calls in KINDS.items() for call in calls.split(",")}
    made: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for line in log.read_text().splitlines():
        thread, _, rest = line.partition(" ")
        call = rest.strip().partition("(")[0]
        if call in kinds:
            made[kinds[call]][thread] += 1
    return {kind: max(threads.values()) for kind, threads in made.items()}
