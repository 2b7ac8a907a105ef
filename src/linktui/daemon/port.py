"""The link server's port: picked once, kept for ever, because links already given out name it."""

from __future__ import annotations

import socket
from pathlib import Path

HOST = "127.0.0.1"


def choose_port(wanted: int, file: Path) -> int:
    """Return the port that is set, else the one kept in `file`, else a free one, kept from now on."""
    if wanted:
        return wanted
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        port = free_port()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(str(port), encoding="ascii")
        return port


def free_port() -> int:
    """Return a port that nothing listens at now, one that is easily kept if there is one."""
    # The system gives outgoing connections ports from 32768 up: below, nothing takes it by chance.
    for port in range(8460, 8560):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) and _can_bind(port):
                return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
