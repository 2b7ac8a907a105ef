"""Knock at the warm door: have a face forked for this terminal, and stand for it in this session.

The face is no child of this process and not of its session, so a terminal's signals cannot reach it. They
reach this process, which hands each one on, stops when the face stops, and ends as the face ended. Whatever
is not as it has to be makes `knock` return None, and the program starts the plain way.
"""

from __future__ import annotations

import _socket
import os
import struct

from linktui.warm import terms

TYPE_CHECKING = False  # typing's own takes as long to import as all of this
if TYPE_CHECKING:
    import signal as _signal
else:
    import _signal

HANDED_ON = (
    _signal.SIGHUP,
    _signal.SIGINT,
    _signal.SIGQUIT,
    _signal.SIGTERM,
    _signal.SIGWINCH,
    _signal.SIGTSTP,
)
LOST = 1
"""The exit code where nobody was left to tell the face's own: that of a fault of linktui's."""


def knock(arguments: list[str]) -> int | None:
    """Have the screens opened by a warm process and return their exit code; None if that cannot be."""
    try:
        if not _may_knock():
            return None
        visit = _Visit(arguments)
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        return None  # AttributeError: a system without pidfd, peer credentials or namespaces
    return visit.stay()


def _may_knock() -> bool:
    """Tell whether this is a terminal's foreground process, as a program with screens has to be."""
    return all(os.isatty(one) for one in (0, 1, 2)) and os.tcgetpgrp(0) == os.getpgrp()


class _Visit:
    """One face, from asking for it until it has ended."""

    def __init__(self, arguments: list[str]) -> None:
        """Ask for the face; raises OSError or ValueError unless it stands ready."""
        self._editor = 0
        self._connection = terms.open_socket()
        self._connection.settimeout(terms.PATIENCE)
        directory = os.open(terms.data_directory(), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        here = os.open(".", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            # By the descriptor: the address of a socket has room for 107 bytes alone.
            self._connection.connect(f"/proc/self/fd/{directory}/{terms.SOCKET}")
            self._check_peer()
            rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack("4i", 0, 1, 2, here))]
            self._connection.sendmsg([terms.pack(terms.FACE, terms.request(arguments))], rights)
        finally:
            os.close(directory)
            os.close(here)
        kind, pid = terms.unpack(self._connection.recv(terms.LARGEST))
        if kind != terms.READY:
            raise ValueError
        self._face = os.pidfd_open(pid)

    def stay(self) -> int:
        """Let the face begin, and stay until it has ended; return its exit code."""
        for number in HANDED_ON:
            if _signal.getsignal(number) != _signal.SIG_IGN:
                _signal.signal(number, self._hand_on)
        _signal.signal(_signal.SIGCONT, self._go_on)
        _signal.signal(_signal.SIGCHLD, self._see_editor_off)
        self._connection.settimeout(None)
        # From here on the terminal is the face's, and nothing may fall back to a second one.
        try:
            self._connection.send(terms.pack(terms.GO))
            return self._follow()
        except (OSError, EOFError):
            return LOST

    def _follow(self) -> int:
        """Do what the face needs done in this session, until it has ended; return its exit code."""
        while True:
            kind, *values = terms.unpack(self._connection.recv(terms.LARGEST))
            if kind == terms.RUN:
                self._run(*values)
            elif os.WIFSTOPPED(values[0]):
                os.kill(os.getpid(), os.WSTOPSIG(values[0]))
            else:
                return _end_like(values[0])

    def _check_peer(self) -> None:
        """Raise ValueError unless the other side is this user's own process."""
        told = self._connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, struct.calcsize("3i"))
        if struct.unpack("3i", told)[1] != os.geteuid():
            raise ValueError

    def _hand_on(self, number: int, _frame: object) -> None:
        try:
            _signal.pidfd_send_signal(self._face, number)
        except ProcessLookupError:
            return  # it has ended, and how is about to be told

    def _go_on(self, number: int, _frame: object) -> None:
        """Wake the face, but only in the foreground: else the terminal is not ours to draw on."""
        try:
            if os.tcgetpgrp(0) != os.getpgrp():
                os.kill(os.getpid(), _signal.SIGSTOP)
                return
        except OSError:
            pass  # the terminal has gone, which the face is to see for itself
        self._hand_on(number, None)

    def _run(self, command: list[str], environment: dict[bytes, bytes]) -> None:
        """Run an editor for the face: it belongs into the terminal's own session, where only we are."""
        python_ignores = (_signal.SIGPIPE, _signal.SIGXFSZ)
        try:
            self._editor = os.posix_spawnp(command[0], command, environment, setsigdef=python_ignores)
        except OSError as error:
            self._connection.send(terms.pack(terms.RAN, 0, error.errno or 0))

    def _see_editor_off(self, _number: int, _frame: object) -> None:
        if self._editor and (ended := os.waitpid(self._editor, os.WNOHANG))[0]:
            self._editor = 0
            self._connection.send(terms.pack(terms.RAN, ended[1], 0))


def _end_like(status: int) -> int:
    """Return the exit code of a wait status; where a signal killed the face, end by the same."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return code
    import resource

    resource.setrlimit(
        resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1])
    )  # one core is enough
    if -code not in {_signal.SIGKILL, _signal.SIGSTOP}:
        _signal.signal(-code, _signal.SIG_DFL)
    os.kill(os.getpid(), -code)
    return 128 - code
