"""Where the embedded link server answers, and its secret: two small files that its daemon wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from linktui.model.errors import DaemonNotRunning

ADDRESS_FILE = "address"
TOKEN_FILE = "token"  # noqa: S105 - a file's name


@dataclass(frozen=True, slots=True)
class Address:
    """The server's base URL and the owner's bearer token."""

    url: str
    token: str = field(repr=False)


def load_address(directory: Path) -> Address:
    """Return the address of the server that keeps its things in `directory`; raises DaemonNotRunning."""
    try:
        url = (directory / ADDRESS_FILE).read_text(encoding="ascii").strip()
        token = (directory / TOKEN_FILE).read_text(encoding="ascii").strip()
    except OSError as error:
        raise DaemonNotRunning from error
    return Address(url, token)
