"""No one address takes all of the server: the requests under way are counted for each.

`connections` does the same with those who ask for nothing.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from linktui.linkserver.context import Site
from linktui.linkserver.limits import AT_ONCE_EACH

_RETRY_AFTER = "5"


class Crowd:
    """Refuses the requests of an address that has `AT_ONCE_EACH` under way.

    This machine itself is not counted: it is the owner, or a tunnel that speaks for everybody.
    """

    def __init__(self, app: ASGIApp, *, context: Site) -> None:
        self._app = app
        self._context = context
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        address = self._context.address(Request(scope)) if scope["type"] == "http" else ""
        if is_here(address):
            await self._app(scope, receive, send)
            return
        if self._under_way[address] >= AT_ONCE_EACH:
            headers = {"Retry-After": _RETRY_AFTER, "Connection": "close"}
            await PlainTextResponse("Too many requests at once.\n", 429, headers=headers)(
                scope, receive, send
            )
            return
        self._under_way[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]


def is_here(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        told = ip_address(address)
    except ValueError:  # a local socket has no address
        return True
    return (getattr(told, "ipv4_mapped", None) or told).is_loopback
