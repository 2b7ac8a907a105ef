"""What every handler of the link server works with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.passwords import Passwords
from linktui.linkserver.pieces import Pieces
from linktui.linkserver.sender import NOBODY, Sender
from linktui.linkserver.store import Store
from linktui.linkserver.throttle import Throttle
from linktui.linkserver.times import to_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The address, the secrets and the settings of one server."""

    clock: Callable[[], datetime]
    public_url: str
    """Without a slash at the end; the only source of every absolute URL."""
    token: str = field(repr=False)
    passwords: Passwords
    throttle: Throttle
    trusted_proxies: frozenset[str]
    sender: Sender = NOBODY
    """Who the pages say that the files are from."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server is to end: what is under way stops at the next piece."""

    def now(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return to_ms(self.clock())

    def url(self, link: LinkRow) -> str:
        """Return the address to give to people."""
        return f"{self.public_url}/l/{link.slug}"

    def path(self, link: LinkRow) -> str:
        """Return the path of the link's address, as browsers see it."""
        return urlsplit(self.url(link)).path

    @property
    def secure(self) -> bool:
        """Whether people come by https."""
        return self.public_url.startswith("https:")

    def address(self, request: Request) -> str:
        """Return who asks; a proxy's word counts only if the proxy is trusted."""
        peer = request.client.host if request.client else ""
        if peer in self.trusted_proxies:
            # Some proxies add a line of their own below the visitor's: the last word of the last line.
            told = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
            try:
                return str(ip_address(told))
            except ValueError:
                return peer
        return peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Site):
    """That of a server which keeps files and links of its own."""

    store: Store
    pieces: Pieces = field(default_factory=Pieces)
