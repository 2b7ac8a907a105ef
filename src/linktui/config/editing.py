"""Run the person's editor in this terminal."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def run_editor(command: Sequence[str], path: Path) -> str:
    """Run an editor in this terminal and return why its work does not count, empty when it does.

    It is waited for without a turn of the event loop, which would draw the screen over it.
    """
    try:
        with _deaf_to_interrupts():
            code = subprocess.run([*command, str(path)], check=False).returncode
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return f"“{command[0]}” cannot be started ({why}); set VISUAL or EDITOR to one that is here"
    return f"ended with code {code}, so nothing was changed" if code else ""


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Leave ^C to the editor. A handler that does nothing is not passed on to it, as SIG_IGN would be."""
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
