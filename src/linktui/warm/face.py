"""What a forked face takes over from its caller before it is one: all that a process has of its own."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO, cast

from linktui.warm import terms


class Face:
    """A process that was forked for a terminal, from its first instant to its exit code."""

    def __init__(self, connection: socket.socket, handles: Sequence[int], asked: Mapping[str, Any]) -> None:
        self._connection = connection
        self._handles = handles
        self._asked = asked

    def run(self) -> int:
        """Become what the caller would have become, and return the exit code."""
        try:
            self._take_over()
            self._connection.send(terms.pack(terms.READY, os.getpid()))
            # The caller may have lost patience, and closed: only its word makes the terminal ours.
            self._connection.settimeout(None)
            if terms.unpack(self._connection.recv(terms.LARGEST))[0] != terms.GO:
                return 0
        except (OSError, ValueError, EOFError, TypeError, KeyError):
            return 0  # nobody waits for it: the connection closes, and the caller starts the plain way
        self._stay_in_the_session()
        from linktui.cli.main import main

        return main(self._asked["arguments"])

    def _take_over(self) -> None:
        asked = self._asked
        os.setsid()
        self._take_descriptors()
        os.environb.clear()
        os.environb.update(asked["environment"])
        time.tzset()
        os.umask(asked["umask"])
        for limit, pair in asked["limits"].items():
            if resource.getrlimit(limit) != pair:
                resource.setrlimit(limit, pair)
        os.setpriority(os.PRIO_PROCESS, 0, asked["nice"])
        os.sched_setaffinity(0, asked["processors"])
        self._take_signals()
        sys.argv = [asked["name"], *asked["arguments"]]

    def _take_descriptors(self) -> None:
        *streams, here = self._handles
        for number, handle in enumerate(streams):
            os.dup2(handle, number)
        os.fchdir(here)
        for handle in self._handles:
            os.close(handle)
        for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
            stream = _like(getattr(sys, f"__{name}__"), number, mode)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)

    def _take_signals(self) -> None:
        """Ignore and block what the caller does, and treat all else as Python does at its start."""
        ignored = self._asked["ignored"]
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
        if signal.SIGINT not in ignored:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._asked["blocked"])

    def _stay_in_the_session(self) -> None:
        """Have done by the caller what only a process of the terminal's session can do."""
        from linktui.config import editor

        editor.launch = self._launch

    def _launch(self, command: Sequence[str]) -> int:
        """Run an editor in the caller's session; return its exit code, less than 0 for a signal."""
        self._connection.send(terms.pack(terms.RUN, list(command), dict(os.environb)))
        _, status, number = terms.unpack(self._connection.recv(terms.LARGEST))
        if number:
            raise OSError(number, os.strerror(number))
        return os.waitstatus_to_exitcode(status)


def _like(stream: TextIO | None, number: int, mode: str) -> TextIO:
    """Return a stream on a descriptor, made as Python made the one that this process began with."""
    encoding, errors = (stream.encoding, stream.errors) if stream is not None else ("utf-8", "strict")
    return cast(TextIO, open(number, mode, encoding=encoding, errors=errors, closefd=False))
