"""Links that take files in: by the page's script (tus), by a plain form, and by `curl -T`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from linktui.linkserver.access import Access
from linktui.linkserver.body import content_length, pieces
from linktui.linkserver.catalog.rows import FileRow, LinkRow
from linktui.linkserver.context import Context
from linktui.linkserver.distant import DistantLink
from linktui.linkserver.errors import Refusal, not_found
from linktui.linkserver.intake import take_whole
from linktui.linkserver.limits import MAX_RECEIVED
from linktui.linkserver.multipart import FormFiles
from linktui.linkserver.names import clean_name
from linktui.linkserver.pages import Pages, wants_page
from linktui.linkserver.public import Public
from linktui.linkserver.tus import Tus

_MOST_FORM = 2 * MAX_RECEIVED


class Receive:
    """The handlers of links of kind upload."""

    def __init__(self, context: Context, *, access: Access, public: Public, tus: Tus, pages: Pages) -> None:
        self._context = context
        self._access = access
        self._public = public
        self._tus = tus
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the routes below /l; the last ones match any name, so they come last."""
        return [
            Route("/l/{slug}/upload", self.form, methods=["POST"]),
            Route("/l/{slug}/tus", self.tus, methods=["OPTIONS", "POST"]),
            Route("/l/{slug}/tus/{upload_id}", self.tus, methods=["HEAD", "PATCH", "DELETE"]),
            Route("/l/{slug}", self.front, methods=["GET", "PUT"]),
            Route("/l/{slug}/", self.front, methods=["GET", "PUT"]),
            Route("/l/{slug}/{name}", self.put, methods=["PUT"]),
        ]

    async def front(self, request: Request) -> Response:
        """Return the front page, or take a file without a name."""
        return await (self.put(request) if request.method == "PUT" else self._public.front(request))

    async def put(self, request: Request) -> Response:
        """Take the body as one file."""
        link = await self._taking(request)
        name = clean_name(request.path_params.get("name", ""))
        length = content_length(request, most=MAX_RECEIVED)
        body = pieces(request, most=MAX_RECEIVED, stopping=self._context.stopping)
        file = await take_whole(self._context.store, body, name=name, link_id=link.id, announced=length)
        return PlainTextResponse(f"Received {file.name}, {file.size} bytes, SHA-256 {file.sha256}\n", 201)

    async def form(self, request: Request) -> Response:
        """Take the files of a plain HTML form."""
        link = await self._taking(request)
        length = content_length(request, most=_MOST_FORM)
        await asyncio.to_thread(self._context.store.blobs.require_room, length or 0)
        body = pieces(request, most=_MOST_FORM, stopping=self._context.stopping)
        received = [
            await self._take_part(link, name, part)
            async for name, part in FormFiles(request.headers.get("content-type", ""), body)
        ]
        if not received:
            raise Refusal(400, "no_file", "The form holds no file.")
        if wants_page(request):
            return self._pages.received(request, link, received)
        return JSONResponse({"received": [{"name": file.name, "size": file.size} for file in received]}, 201)

    async def tus(self, request: Request) -> Response:
        """Speak tus with the page's script."""
        link = await self._taking(request)
        if request.method == "OPTIONS":
            return self._tus.options(most=MAX_RECEIVED)
        if request.method == "POST":
            place = f"{self._context.path(link)}/tus"
            return await self._tus.create(request, place=place, link_id=link.id, most=MAX_RECEIVED)
        act = {"HEAD": self._tus.head, "PATCH": self._tus.patch, "DELETE": self._tus.delete}[request.method]
        return await act(request, upload_id=request.path_params["upload_id"], link_id=link.id)

    async def _taking(self, request: Request) -> LinkRow:
        self._access.require_same_site(request)
        link = await self._access.find(request)
        await self._access.require(request, link)
        if link.kind != "upload" or isinstance(link, DistantLink):
            raise not_found("upload")
        return link

    async def _take_part(self, link: LinkRow, name: str, part: AsyncIterator[bytes]) -> FileRow:
        return await take_whole(self._context.store, part, name=clean_name(name), link_id=link.id)
