"""No one address takes all the connections: those above its share are closed, the idlest first.

The web server accepts by itself and knows no bound for an address, and a connection that asks for nothing
never reaches the application. So this looks at the process's own sockets. It opens and closes none of their
descriptors: to close a copy of a database's would drop the locks that the process has on it.
https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from linktui.linkserver.limits import CONNECTIONS_EACH

T = TypeVar("T")

LOOK = 0.25
"""Seconds between two looks."""
_DESCRIPTORS = Path("/dev/fd")
_LAST_SENT, _LAST_RECEIVED = 44, 52
"""Where a `tcp_info` has the milliseconds since. https://man7.org/linux/man-pages/man7/tcp.7.html"""


async def watch_connections(port: int, *, spared: Callable[[str], bool], most: int) -> None:
    """Keep every address that is not `spared` to its share of at most a quarter of `most` connections."""
    each = max(1, min(CONNECTIONS_EACH, most // 4))
    while True:
        await asyncio.sleep(LOOK)
        try:
            open_now = [int(path.name) for path in _DESCRIPTORS.iterdir()]
        except OSError:  # a system that does not tell
            return
        if len(open_now) > each:
            await asyncio.to_thread(_close_surplus, open_now, port, each, spared)


def _close_surplus(descriptors: list[int], port: int, each: int, spared: Callable[[str], bool]) -> None:
    taken: defaultdict[str, list[int]] = defaultdict(list)
    for descriptor in descriptors:
        address = _peer(descriptor, port)
        if address is not None and not spared(address):
            taken[address].append(descriptor)
    for held in taken.values():
        if len(held) > each:
            held.sort(key=_idle, reverse=True)
            for descriptor in held[: len(held) - each]:
                _borrowed(descriptor, lambda line: line.shutdown(socket.SHUT_RDWR))


def _peer(descriptor: int, port: int) -> str | None:
    """Return who is at the other end of a connection to `port`, or None for any other descriptor."""
    names = _borrowed(descriptor, lambda line: (line.getsockname(), line.getpeername()))
    if names is None or not isinstance(names[0], tuple) or names[0][1] != port:
        return None
    return str(names[1][0])


def _idle(descriptor: int) -> int:
    """Return the milliseconds since anything was sent or received, 0 where the system does not tell."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    told = _borrowed(descriptor, lambda line: line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 64))
    if told is None or len(told) < _LAST_RECEIVED + 4:
        return 0
    return min(int(struct.unpack_from("I", told, place)[0]) for place in (_LAST_SENT, _LAST_RECEIVED))


def _borrowed(descriptor: int, act: Callable[[socket.socket], T]) -> T | None:
    """Return what `act` does with a socket that stays the web server's, or None if it is none (any more)."""
    try:
        line = socket.socket(fileno=descriptor)
    except OSError:
        return None
    try:
        return act(line)
    except OSError:
        return None
    finally:
        line.detach()
