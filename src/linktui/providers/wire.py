"""What sends requests: two libraries behind one protocol, as each is best at something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from linktui.model.errors import Unavailable
from linktui.providers.request import Request

CONNECT_TIMEOUT = 10.0
UNSENT = "unsent"
"""The code of an Unavailable whose call never left this machine."""


class Reply(Protocol):
    """An answer whose body is still to be read."""

    @property
    def status(self) -> int:
        """Return the status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers, whose names may be asked for in any case."""
        ...

    async def piece(self) -> bytes:
        """Return what came next of the body, unpacked; nothing at its end; raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of the connection: for another request if the body was read to its end."""
        ...


class Wire(Protocol):
    """Connections to any origin."""

    async def send(self, request: Request, *, silence: float) -> Reply:
        """Send a request once and return its answer; follows no redirect and keeps no cookie.

        `silence` is the seconds without a byte after which it is given up. Raises Unavailable.
        """
        ...

    async def close(self) -> None:
        """Close every connection, and so end what is under way."""
        ...


def unsent() -> Unavailable:
    """Return the error of a call that found nobody to send it to."""
    return Unavailable("no connection", code=UNSENT)


def too_late() -> Unavailable:
    """Return the error of a call whose answer did not come in time."""
    return Unavailable("no answer in time")


def broken() -> Unavailable:
    """Return the error of a call that may have been done, or not."""
    return Unavailable("the connection broke")


def closed() -> Unavailable:
    """Return the error of a call whose connections were closed here."""
    return Unavailable("the connection was closed here")
