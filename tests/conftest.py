"""What every run of the tests starts from."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

YOUNG = 20_000
"""Objects made before the collector looks at the young ones; Python's own 700 are few for a test."""

WAITING = frozenset({"conformance", "e2e", "faults", "server", "web"})
"""Folders whose tests mostly wait for a process or a socket."""

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
"""No test reads or writes the keyring of whoever runs it, and forms look as without one."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use twice as many workers as there are cores: many a test waits for a process of its own."""
    return 2 * len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix the files that wait for processes with those that only compute, so that no core is idle for long.

    The tests of a file stay together, as each file goes to one worker.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [path for path in files if WAITING & set(path.parts)]
    computing = [path for path in files if not WAITING & set(path.parts)]
    place = {path: (number + 0.5) / len(waiting) for number, path in enumerate(waiting)}
    place |= {path: (number + 0.5) / len(computing) for number, path in enumerate(computing)}
    items[:] = [item for path in sorted(files, key=place.__getitem__) for item in files[path]]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the collector leave alone what lives to the end: the modules and some thousand tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
