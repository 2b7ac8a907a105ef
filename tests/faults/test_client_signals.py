"""A process that is told to end does, however idle its event loop is."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# The signal is shut out of the main thread, so that the kernel has to give it to another one.
SLEEPER = """
import asyncio, signal, threading
from linktui.daemon.signals import set_on_end

async def main():
    stop = asyncio.Event()
    set_on_end(stop)
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    asyncio.get_running_loop().call_soon(lambda: print("asleep", flush=True))
    await stop.wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_fault_36_a_signal_that_another_thread_is_given_ends_an_idle_loop(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE) as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == b"asleep\n"
        sleeper.send_signal(number)
        try:
            assert sleeper.wait(timeout=60) == 0
        finally:
            sleeper.kill()
