"""Ask a link's address for one byte, as whoever was given the link would, to see whether it gives anything.

Nothing of ours goes along: no secret, no cookie, no password. Where the answer refers to another host, as a
store's does, that is followed; within one host it is not, as that leads to a page for logging in.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from linktui import __version__
from linktui.model.call import Call
from linktui.model.capability import Connection
from linktui.model.errors import LinktuiError, Unavailable, Unintelligible
from linktui.model.finding import Seen, Served
from linktui.model.wording import explain
from linktui.providers.context import Context
from linktui.providers.http import MOST_REDIRECTS, REDIRECTS, open_bucket
from linktui.providers.line import Line, open_line
from linktui.providers.request import Origin, Request
from linktui.providers.sending import Sending
from linktui.providers.wire import Reply

PATIENCE = 15.0
"""Seconds without an answer after which an address is given up."""
HEADERS = {
    "Range": "bytes=0-0",
    # A page says as well as the bytes whether the link lives, and no download is begun for it.
    "Accept": "text/html,*/*;q=0.5",
    "User-Agent": f"linktui/{__version__} (link check)",
}
_NOTHING = {404, 410}
_REFUSED = 403
"""Not 401: a page that asks who one is may give the file to somebody else."""
_EMPTY = 416
"""There is such a file, but it has no first byte."""
_PORTS = {"http": 80, "https": 443}


class Prober:
    """Asks addresses of one account's links, at the account's rate and over its proxy."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._bucket = open_bucket(context)
        self._lines: dict[tuple[str, str, int | None], Line] = {}
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Close every connection."""
        while self._lines:
            _, line = self._lines.popitem()
            await line.close()

    async def look(self, url: str) -> Seen:
        """Return what an address gives; whatever goes wrong is part of that."""
        try:
            return await self._look(url)
        except LinktuiError as error:
            return Seen(Served.UNSURE, _words_of(error))

    async def _look(self, url: str) -> Seen:
        asked = _request(url, url)
        for _ in range(MOST_REDIRECTS + 1):
            line = await self._line(asked.url)
            sending = Sending(
                line,
                asked,
                patience=min(PATIENCE, self._context.account.connection.timeout),
                bucket=self._bucket,
                note=self._note,
                silence="",
            )
            async with sending as reply:
                location = reply.headers.get("location") if reply.status in REDIRECTS else None
                if location is None:
                    return _seen(reply.status)
            following = _request(asked.url, location)
            if not _may_follow(asked.url, following.url):
                return Seen(Served.UNSURE, f"{reply.status}, it refers elsewhere")
            asked = following
        return Seen(Served.UNSURE, "too many redirects")

    async def _line(self, url: str) -> Line:
        place = _place(url)
        async with self._opening:
            if place not in self._lines:
                connection = self._context.account.connection
                if place != _place(connection.base_url):
                    # What was said of the service's own certificate is said of no other host's.
                    connection = Connection(
                        proxy=connection.proxy, ca_file=connection.ca_file, timeout=connection.timeout
                    )
                self._lines[place] = await open_line(connection, url, self._context.transport)
        return self._lines[place]

    def _note(self, request: Request, reply: Reply | None, began: float, error: str) -> None:
        self._context.note(
            Call(
                at=self._context.clock(),
                account=self._context.account.name,
                method=request.method,
                path="…",  # it is a credential
                seconds=max(0.0, asyncio.get_running_loop().time() - began),
                status=None if reply is None else reply.status,
                request_id="",
                error=error,
            )
        )


def _request(base: str, address: str) -> Request:
    """Return the request to an address, which may be relative to another; raises Unintelligible."""
    return Origin(base, {}).request("GET", address, headers=HEADERS, proof={})


def _seen(status: int) -> Seen:
    if 200 <= status < 300 or status == _EMPTY:
        return Seen(Served.GIVES, str(status))
    if status == _REFUSED:
        return Seen(Served.REFUSED, str(status))
    return Seen(Served.NOTHING if status in _NOTHING else Served.UNSURE, str(status))


def _may_follow(before: str, after: str) -> bool:
    """Tell whether an answer refers to where the bytes are, and not to a worse or another place."""
    one, other = _place(before), _place(after)
    if one[0] == "https" and other[0] != "https":
        return False
    upgraded = one[1] == other[1] and urlsplit(before).path == urlsplit(after).path
    return one[1] != other[1] or upgraded


def _place(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def _words_of(error: LinktuiError) -> str:
    if isinstance(error, Unavailable | Unintelligible) and error.message:
        return error.message
    return explain(error)
