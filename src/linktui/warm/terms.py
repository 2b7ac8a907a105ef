"""What both sides of the warm door must agree on before a face may be forked for a terminal.

A caller imports this before anything else of linktui, so it needs next to nothing: `_signal` and `_socket`
are what `signal` and `socket` are made of, without the enums that take longer to make than a face to fork.
"""

from __future__ import annotations

import _socket
import marshal
import os
import resource
import sys

import linktui

TYPE_CHECKING = False  # typing's own takes as long to import as all of this
if TYPE_CHECKING:
    import signal as _signal
    from typing import Any
else:
    import _signal

SOCKET = "warm.sock"
PATIENCE = 0.25
"""Seconds for the other side to answer, which takes a tenth of that unless the machine is busy."""
LARGEST = 1 << 18
"""Bytes of the longest message."""
FACE, READY, GO, RUN, RAN, STATUS = b"face", b"ready", b"go", b"run", b"ran", b"status"

_LIMITS = tuple(sorted({getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")}))
_SPACES = ("mnt", "net", "pid", "user")
_EARLY = ("LANG", "LANGUAGE", "ESCDELAY")


def data_directory() -> str:
    """Return where `Locations.from_environment().data` is, without importing what that needs."""
    home = os.environ.get("LINKTUI_HOME")
    if home:
        return os.path.join(os.path.abspath(os.path.expanduser(home)), "data")
    base = os.environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share"
    return os.path.join(os.path.expanduser(base), "linktui")


def open_socket() -> _socket.socket:
    """Return a socket that keeps messages whole."""
    return _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET | _socket.SOCK_CLOEXEC)


def program() -> tuple[object, ...]:
    """Return which program this is: its version, its place, and the Python that runs it."""
    options = tuple(sorted(map(str, sys._xoptions.items())))
    return (linktui.__version__, linktui.__file__, sys.executable, sys.version, tuple(sys.flags), options,
            tuple(sys.warnoptions))  # fmt: skip


def read_early(environment: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Return the variables that Python, Textual and their like read only while they are imported."""
    names = tuple(name.encode() for name in _EARLY)
    found = {
        name: value
        for name, value in environment.items()
        if name in names or name.startswith((b"PYTHON", b"TEXTUAL", b"LC_"))
    }
    found.pop(b"LC_TERMINAL", None)
    in_iterm = (
        environment.get(b"LC_TERMINAL") == b"iTerm2" or environment.get(b"TERM_PROGRAM") == b"iTerm.app"
    )
    return found | {b"": b"iTerm" if in_iterm else b""}


def standing() -> tuple[object, ...]:
    """Return what a process cannot give another one: users, groups, namespaces, scheduler."""
    spaces = tuple(os.readlink(f"/proc/self/ns/{name}") for name in _SPACES)
    root = os.stat("/")
    return (os.getresuid(), os.getresgid(), tuple(sorted(os.getgroups())), spaces, root.st_dev, root.st_ino,
            os.sched_getscheduler(0))  # fmt: skip


def request(arguments: list[str]) -> dict[str, Any]:
    """Return all that a face has to be given to be this process's own; its descriptors travel beside it."""
    umask = os.umask(0o077)
    os.umask(umask)
    return {
        "program": program(),
        "standing": standing(),
        "arguments": arguments,
        "name": sys.argv[0],
        "environment": dict(os.environb),
        "umask": umask,
        "limits": {limit: resource.getrlimit(limit) for limit in _LIMITS},
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "processors": tuple(os.sched_getaffinity(0)),
        "ignored": tuple(number for number in _signals() if _signal.getsignal(number) == _signal.SIG_IGN),
        "blocked": tuple(int(number) for number in _signal.pthread_sigmask(_signal.SIG_BLOCK, ())),
    }


def pack(kind: bytes, *values: Any) -> bytes:
    """Return a message."""
    return marshal.dumps((kind, *values))


def unpack(message: bytes) -> tuple[Any, ...]:
    """Return a message's kind and values; raises ValueError, EOFError or TypeError for what is none."""
    found = marshal.loads(message)  # noqa: S302 - the other side is this user's own process, as was checked
    if not isinstance(found, tuple) or not found:
        raise ValueError("no message")
    return found


def _signals() -> list[int]:
    fixed = {_signal.SIGKILL, _signal.SIGSTOP}
    return [int(number) for number in sorted(_signal.valid_signals()) if number not in fixed]
