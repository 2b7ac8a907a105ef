"""A server in a process of its own that takes uploads, throws them away, and answers as each service does.

Bare sockets and one thread a connection, so that what is measured is whoever sends.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.file_links import LINK

BUFFER = 1 << 20
_FILE = json.dumps(LINK["file"]).encode()
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_OFFSET = re.compile(rb"\r\nupload-offset: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Connection:
    """One connection, served until it is closed."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._buffer = bytearray(BUFFER)
        self._come = b""

    def serve(self) -> None:
        """Answer request after request."""
        with self._peer:
            while head := self._head():
                if b"100-continue" in head.lower():
                    self._peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                assert not _CHUNKED.search(head), "the length is said beforehand"
                found = _LENGTH.search(head)
                length = int(found[1]) if found else 0
                self._discard(length)
                self._peer.sendall(answer_to(head, length))

    def _head(self) -> bytes:
        while (end := self._come.find(b"\r\n\r\n")) < 0:
            data = self._peer.recv(65536)
            if not data:
                return b""
            self._come += data
        head, self._come = self._come[: end + 2], self._come[end + 4 :]
        return head

    def _discard(self, length: int) -> None:
        early = min(length, len(self._come))
        self._come, left = self._come[early:], length - early
        view = memoryview(self._buffer)
        while left:
            size = self._peer.recv_into(view[: min(left, BUFFER)])
            if not size:
                return
            left -= size


def answer_to(head: bytes, length: int) -> bytes:
    """Return what a service says to a whole request: Stripe's file, or tus's place and offset."""
    method, path, _ = head.split(b" ", 2)
    if path == b"/v1/files":
        return _answer(b"200 OK", _FILE, b"Content-Type: application/json\r\n")
    if method == b"POST":
        return _answer(b"201 Created", b"", b"Location: /api/tus/one\r\nUpload-Offset: 0\r\n")
    offset = _OFFSET.search(head)
    there = (int(offset[1]) if offset else 0) + length
    return _answer(b"204 No Content", None, b"Upload-Offset: %d\r\n" % there)


def _answer(status: bytes, body: bytes | None, headers: bytes) -> bytes:
    length = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + headers + length + b"\r\n" + (body or b"")


def serve() -> None:
    """Say the port on stdout and take uploads for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            peer, _ = server.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Connection(peer).serve, daemon=True).start()


@contextmanager
def sink() -> Iterator[str]:
    """Yield the address of such a server."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.kill()


if __name__ == "__main__":
    serve()
