"""What every run of the tests starts from."""

from __future__ import annotations

import gc
import os

import pytest

YOUNG = 20_000
"""Objects made before the collector looks at the young ones; Python's own 700 are few for a test."""


os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
"""No test reads or writes the keyring of whoever runs it, and forms look as without one."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use half as many workers again as there are cores: many a test waits for a process of its own."""
    return -(-3 * len(os.sched_getaffinity(0)) // 2) if hasattr(os, "sched_getaffinity") else 2


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the collector leave alone what lives to the end: the modules and some thousand tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
