"""What a command asks before it acts."""

import asyncio
import io
import os
import pty
import signal
import sys

import pytest

from linktui.cli.desk import confirm
from linktui.cli.exit_codes import ExitCode, Stop


class _Terminal(io.StringIO):
    """A terminal whose person presses Ctrl-C as soon as something is on the screen."""

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_pressed_as_the_question_appears_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, program = pty.openpty()
    monkeypatch.setattr(sys, "stderr", _Terminal())

    async def asked() -> None:
        confirm("Revoke it?", yes=False)

    with os.fdopen(program) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(Stop) as stop:
            asyncio.run(asked())
    os.close(keyboard)
    assert stop.value.code == ExitCode.INTERRUPTED
