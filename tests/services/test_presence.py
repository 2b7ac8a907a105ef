"""The daemon knows whether a face is open, and a face that dies no longer counts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from linktui.services.presence import Presence

FACE = """
import sys
from pathlib import Path
from linktui.services.presence import Presence
with Presence(Path(sys.argv[1])).looking():
    print("open", flush=True)
    sys.stdin.read()
"""


def test_somebody_looks_as_long_as_any_face_is_open(tmp_path: Path) -> None:
    presence = Presence(tmp_path / "faces.lock")
    assert not presence.anybody()
    with presence.looking():
        with Presence(tmp_path / "faces.lock").looking():
            assert presence.anybody()
        assert presence.anybody()
    assert not presence.anybody()


def test_a_face_that_was_killed_no_longer_looks(tmp_path: Path) -> None:
    path = tmp_path / "faces.lock"
    command = [sys.executable, "-c", FACE, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as face:
        assert face.stdout is not None
        assert face.stdout.readline() == "open\n"
        assert Presence(path).anybody()
        os.kill(face.pid, signal.SIGKILL)
        face.wait()
        assert not Presence(path).anybody()


def test_where_no_lock_can_be_had_everything_goes_on(tmp_path: Path) -> None:
    presence = Presence(tmp_path / "missing" / "faces.lock")
    with presence.looking():
        assert not presence.anybody()
