"""The real program in a home of its own, and a terminal that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path

from linktui.daemon.control import ensure_running
from linktui.model.errors import LinktuiError
from tests.daemons import end_daemon
from tests.e2e.conftest import PROGRAM, Program, end_first_minute, keep_port
from tests.e2e.terminal import Terminal


@contextmanager
def installed(root: Path) -> Iterator[Program]:
    """Yield the program; its daemon is gone afterwards."""
    work = root / "work"
    work.mkdir()
    program = Program(root / "home", work)
    keep_port(program.locations)
    program.configure()
    try:
        yield program
    finally:
        end_daemon(program.locations)


def shown(program: Program, *arguments: str, columns: int = 80, rows: int = 24) -> Terminal:
    """Start the screens in a terminal of their own, with the daemon there before."""
    with suppress(LinktuiError):
        ensure_running(program.locations)
        end_first_minute(program.locations)
    environment = program.environment | {"PYTHONWARNINGS": "default"}
    with chdir(program.work):
        return Terminal([*PROGRAM, *arguments], environment=environment, columns=columns, rows=rows)
