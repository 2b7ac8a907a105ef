"""The warm process: it listens, forks a face for each terminal that asks rightly, and tells how each ended.

It has one thread, as only such a process can be forked soundly, and holds nothing but imports: no database,
no settings, no secret. A face reads all of that itself.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import sys
import time
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Any

from linktui.warm import terms
from linktui.warm.face import Face

DESCRIPTORS = 4
"""stdin, stdout, stderr and the directory that the caller is in."""
YOUNG = 30.0
"""Seconds for which a process does not start over: two kinds of callers in turn would keep it at that."""


class Host:
    """The listening side; `lifeline` comes to its end with the daemon that started this process."""

    def __init__(self, directory: Path, *, lifeline: int) -> None:
        self._began = time.monotonic()
        self._path = directory / terms.SOCKET
        self._lifeline = lifeline
        self._faces: dict[int, socket.socket] = {}
        self._program, self._standing = terms.program(), terms.standing()
        self._early = terms.read_early(dict(os.environb))
        self._files = _files()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._made = self._listen(directory)
        self._ended, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # so that it is written to the pipe
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    @property
    def _open(self) -> bool:
        return self._listener.fileno() >= 0

    def serve(self) -> Face | None:
        """Fork faces for as long as the daemon lives, and stay while any is open.

        Returns the face in each process that is to be one, and None at the end.
        """
        while self._open or self._faces:
            ready = self._wait()
            if self._ended in ready:
                self._tell()
            self._end_orphans(ready)
            if not self._open:
                continue
            if self._lifeline in ready:
                self._close()
            elif self._listener.fileno() in ready and (face := self._answer()) is not None:
                return face
        return None

    def _listen(self, directory: Path) -> int:
        """Take the socket's name, which a process that was killed may have left; return its number."""
        os.umask(0o077)
        opened = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        beside = self._path.with_name(f".{terms.SOCKET}.new")
        beside.unlink(missing_ok=True)
        try:
            # By the descriptor: the address of a socket has room for 107 bytes alone.
            self._listener.bind(f"/proc/self/fd/{opened}/{beside.name}")
        finally:
            os.close(opened)
        beside.chmod(0o600)
        self._listener.listen()
        beside.rename(self._path)
        return self._path.stat().st_ino

    def _close(self) -> None:
        """Let nobody in any more."""
        self._listener.close()
        with suppress(OSError):
            if self._path.stat().st_ino == self._made:  # else it is the next one's
                self._path.unlink()

    def _wait(self) -> set[int]:
        """Return the descriptors that something happened to."""
        poll = select.poll()
        poll.register(self._ended, select.POLLIN)
        if self._open:
            poll.register(self._lifeline, select.POLLIN)
            poll.register(self._listener, select.POLLIN)
        for connection in self._faces.values():
            poll.register(connection, 0)  # for its end alone: what is said there is the face's to hear
        return {number for number, _ in poll.poll()}

    def _tell(self) -> None:
        """Tell those who stand for faces which have stopped or ended."""
        with suppress(BlockingIOError):
            os.read(self._ended, 4096)
        for pid, connection in list(self._faces.items()):
            found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
            if not found:
                continue
            with suppress(OSError):
                connection.send(terms.pack(terms.STATUS, status))
            if not os.WIFSTOPPED(status):
                self._faces.pop(pid).close()

    def _end_orphans(self, ready: set[int]) -> None:
        """Kill a face whose stand-in was killed: it was meant, and the terminal is somebody else's now."""
        for pid, connection in self._faces.items():
            if connection.fileno() in ready:
                os.kill(pid, signal.SIGKILL)

    def _answer(self) -> Face | None:
        """Look at one request; return the face in the process that is to be it."""
        connection, _ = self._listener.accept()
        connection.settimeout(terms.PATIENCE)
        handles: list[int] = []
        try:
            handles, asked = _read(connection)
            if not self._suits(asked):
                connection.close()
                self._start_over_for(asked)
            elif pid := os.fork():
                self._faces[pid] = connection
            else:
                return self._face(connection, handles, asked)
        except (OSError, ValueError, EOFError, TypeError, KeyError):
            connection.close()
        for handle in handles:
            os.close(handle)
        return None

    def _suits(self, asked: dict[str, Any]) -> bool:
        """Tell whether a face forked from this process would be what the caller would become by itself."""
        return (
            asked["program"] == self._program
            and asked["standing"] == self._standing
            and terms.read_early(asked["environment"]) == self._early
            and _files(self._files) == self._files
        )

    def _start_over_for(self, asked: dict[str, Any]) -> None:
        """Be made anew where that makes the next one right: of files that changed, of other variables."""
        if asked["program"][1] != self._program[1] or asked["standing"] != self._standing or self._faces:
            return
        if time.monotonic() - self._began > YOUNG:
            ours = {name: value for name, value in os.environb.items() if name not in self._early}
            theirs = {name: value for name, value in terms.read_early(asked["environment"]).items() if name}
            arguments = [sys.executable, "-m", "linktui.warm", str(self._path.parent)]
            os.execve(sys.executable, arguments, ours | theirs)  # noqa: S606 - no shell is wanted

    def _face(self, connection: socket.socket, handles: list[int], asked: dict[str, Any]) -> Face:
        """Let go of what is the warm process's, and return what is the face's."""
        signal.set_wakeup_fd(-1)
        self._listener.close()
        for other in self._faces.values():
            other.close()
        os.close(self._ended)
        os.close(self._wake)
        return Face(connection, handles, asked)


def _read(connection: socket.socket) -> tuple[list[int], dict[str, Any]]:
    """Return the descriptors and the request of a caller; raises ValueError or OSError."""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    if struct.unpack("3i", told)[1] != os.geteuid():
        raise PermissionError
    handles = array("i")
    room = socket.CMSG_LEN(DESCRIPTORS * handles.itemsize)
    message, rights, flags, _ = connection.recvmsg(terms.LARGEST, room, socket.MSG_CMSG_CLOEXEC)
    for level, kind, data in rights:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            handles.frombytes(data[: len(data) - len(data) % handles.itemsize])
    kind, asked = terms.unpack(message)
    if flags & socket.MSG_TRUNC or kind != terms.FACE or len(handles) != DESCRIPTORS:
        raise ValueError
    return list(handles), asked


def _files(known: dict[str, tuple[int, int]] | None = None) -> dict[str, tuple[int, int]]:
    """Return when each file that was imported was last changed, and its number."""
    names = known or {str(file) for module in list(sys.modules.values()) if (file := _file_of(module))}
    found = {}
    for name in names:
        with suppress(OSError):
            facts = os.stat(name)  # noqa: PTH116 - five hundred paths would take longer than all the rest
            found[name] = (facts.st_mtime_ns, facts.st_ino)
    return found


def _file_of(module: object) -> str | None:
    return getattr(module, "__file__", None)
