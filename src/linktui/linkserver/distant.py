"""Links that are kept at a service, which this server only answers for: looked up there, and led there.

Their pages, passwords and decoys are those of every link. Their bytes never come through here: whoever may
have them is sent on to an address at the service that is good for minutes.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from linktui.linkserver.catalog import links
from linktui.linkserver.catalog.rows import Attached, FileRow, LinkRow
from linktui.linkserver.disposition import disposition
from linktui.linkserver.errors import Gone, Refusal, not_found
from linktui.linkserver.giving import Giving
from linktui.linkserver.media_types import attachment_type
from linktui.linkserver.store import Store
from linktui.linkserver.times import to_ms
from linktui.model.errors import LinktuiError, NotFound
from linktui.model.link import LinkKind
from linktui.model.slugs import CHOSEN
from linktui.model.wording import explain
from linktui.providers.served import Form, KeepsServedLinks, Served

T = TypeVar("T")
LookUp = Callable[[str], Awaitable[LinkRow | None]]
Keepers = Callable[[], Iterable[KeepsServedLinks]]
"""Returns where links may be kept that are answered for here; asked each time, as accounts come and go."""

PATIENCE = 15.0
"""Seconds that a visitor waits for a service."""
_RETRY_AFTER = "10"
log = logging.getLogger("linktui.linkserver")


@dataclass(frozen=True, slots=True, kw_only=True)
class DistantLink(LinkRow):
    """A link as its service tells it."""

    keeper: KeepsServedLinks = field(repr=False)


def at_home(store: Store) -> LookUp:
    """Return what looks links up in a server's own catalogue."""

    async def look_up(slug: str) -> LinkRow | None:
        return links.by_slug(store.database.read, slug)

    return look_up


def far_away(keepers: Keepers) -> LookUp:
    """Return what looks links up at services, one after the other; it raises a 503 Refusal."""

    async def look_up(slug: str) -> LinkRow | None:
        if not re.fullmatch(CHOSEN, slug):
            return None
        failure: Refusal | None = None
        for keeper in keepers():
            try:
                served = await _asked(keeper.find_served(slug))
            except Refusal as refusal:
                failure = refusal
                continue
            if served is not None:
                return _row(served, keeper)
        if failure is not None:
            raise failure
        return None

    return look_up


def first_of(here: LookUp, there: LookUp) -> LookUp:
    """Return what looks links up in one place, and in another where there is none."""

    async def look_up(slug: str) -> LinkRow | None:
        return await here(slug) or await there(slug)

    return look_up


class Redirects:
    """Leads to where the bytes of distant links are; those of others are given by `own`."""

    def __init__(self, own: Giving | None = None) -> None:
        self._own = own

    async def file(self, request: Request, file: FileRow, *, link: LinkRow, inline: bool = False) -> Response:
        """Return where a file is, which counts; to look at it by HEAD does not."""
        if not isinstance(link, DistantLink):
            assert self._own is not None  # a server that keeps nothing finds no link of its own
            return await self._own.file(request, file, link=link, inline=inline)
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        if request.method == "HEAD":
            headers |= {
                "Content-Type": attachment_type(file.media_type),
                "Content-Length": str(file.size),
                "Content-Disposition": disposition(file.name, inline=inline),
            }
            return Response(headers=headers)
        where = await _asked(link.keeper.hand_out(link.id, inline=inline))
        return Response(status_code=302, headers=headers | {"Location": where})

    async def zip(self, request: Request, link: LinkRow) -> Response:
        """Return all files of a link as one ZIP; a distant one has one file, which is fetched as it is."""
        if isinstance(link, DistantLink):
            raise not_found("file")
        assert self._own is not None
        return await self._own.zip(request, link)


async def form_for(link: DistantLink, *, back: str) -> Form:
    """Return what a file is sent by, straight to where the link is kept; raises Gone and a 503 Refusal."""
    return await _asked(link.keeper.form_for(link.id, back=back))


async def _asked(answer: Awaitable[T]) -> T:
    """Return what a service answers; raises Gone for what is no longer there, a 503 Refusal for trouble."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await answer
    except NotFound as error:
        raise Gone from error
    except TimeoutError as error:
        log.warning("a store of links did not answer in time")
        raise _trouble() from error
    except LinktuiError as error:
        log.warning("a store of links failed: %s", explain(error))
        raise _trouble() from error


def _trouble() -> Refusal:
    return Refusal(
        503,
        "store_failed",
        "Where this link is kept does not answer just now: try again shortly.",
        headers={"Retry-After": _RETRY_AFTER},
    )


def _row(served: Served, keeper: KeepsServedLinks) -> DistantLink:
    link = served.link
    created_at = to_ms(link.created_at)
    files = tuple(
        Attached(
            caption=one.caption,
            file=FileRow(
                id=one.id,
                blob="",
                name=one.name,
                size=one.size or 0,
                media_type=one.media_type or "application/octet-stream",
                # A page of ours shows nothing that is elsewhere: it offers to open it.
                inline_type="text/plain" if link.kind is LinkKind.VIEW else None,
                sha256="",
                created_at=created_at,
                from_link=None,
            ),
        )
        for one in link.files
    )
    return DistantLink(
        id=link.id,
        kind=link.kind.value,
        name=link.name,
        slug=link.slug,
        created_at=created_at,
        updated_at=to_ms(link.updated_at or link.created_at),
        expires_at=None if link.expires_at is None else to_ms(link.expires_at),
        revoked_at=None if link.revoked_at is None else to_ms(link.revoked_at),
        downloads=link.downloads or 0,
        in_flight=0,
        download_limit=link.download_limit,
        password_hash=served.password_hash,
        last_download_at=None if link.last_download_at is None else to_ms(link.last_download_at),
        revision=0,
        files=files,
        metadata={},
        keeper=keeper,
    )
