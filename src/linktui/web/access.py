"""Who may open the screens in a browser: whoever has the address with the token, then the browser it was in.

The token makes a cookie that no script reads and no other site sends, and the page is loaded again without
it, so that it stays in no history and no Referer.
"""

from __future__ import annotations

import hmac
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from linktui.model.errors import InvalidInput

TOKEN = "token"  # noqa: S105 - what it is called
SOCKET = "/ws"
"""Where the page's terminal is carried; a page of any site could call it, so it says whose it is."""
REFUSED = "Open the address that `linktui web` printed when it started."
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_LET_IN = '<!DOCTYPE html><meta http-equiv="refresh" content="0;url=/"><title>linktui</title>'
"""Goes on by itself: after a redirect of another site's link a browser would not send a strict cookie."""


def read_origin(url: str) -> str:
    """Return scheme, host and port of an address as a browser says them; raises InvalidInput."""
    from httpx import URL, InvalidURL

    try:
        read = URL(url)
    except InvalidURL as error:
        raise InvalidInput("public URL", "is no address") from error
    if read.scheme not in {"http", "https"} or not read.host:
        raise InvalidInput("public URL", "has to begin with http:// or https:// and a host")
    if read.raw_path not in {b"", b"/"} or read.fragment or read.userinfo:
        raise InvalidInput("public URL", "has to end after the host, or its port: a path cannot be served")
    return f"{read.scheme}://{read.netloc.decode('ascii')}"


class Access:
    """One token and the cookie that stands for it, new at each start."""

    def __init__(self, *, origin: str = "") -> None:
        """`origin` is what a browser has in its address bar; empty is whatever host it asked for, by HTTP."""
        self.token = secrets.token_urlsafe(32)
        self._pass = secrets.token_urlsafe(32)
        self._origin = origin
        self._cookie = f"linktui-{secrets.token_hex(4)}"

    def origin_of(self, request: web.Request) -> str:
        """Return the scheme, host and port that a page of ours was loaded from."""
        return self._origin or f"http://{request.host}"

    @property
    def middleware(self) -> Middleware:
        """What every request goes through."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path == "/" and (token := request.query.get(TOKEN)) is not None:
                return self._let_in() if _same(token, self.token) else _refusal()
            if not _same(request.cookies.get(self._cookie, ""), self._pass):
                return _refusal()
            if request.path == SOCKET and request.headers.get("Origin") != self.origin_of(request):
                return _refusal()
            response = await handler(request)
            if not response.prepared:
                response.headers.update(HEADERS)
            return response

        return check

    def _let_in(self) -> web.Response:
        response = web.Response(text=_LET_IN, content_type="text/html", headers=HEADERS)
        secure = self._origin.startswith("https://")
        response.set_cookie(self._cookie, self._pass, httponly=True, samesite="Strict", secure=secure)
        return response


def _refusal() -> web.Response:
    return web.Response(status=403, text=f"{REFUSED}\n", headers=HEADERS)


def _same(told: str, secret: str) -> bool:
    return hmac.compare_digest(told.encode(), secret.encode())
