"""What strangers see of a link: its page, its bytes, and the form for its password."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from linktui.linkserver.access import Access, Locked
from linktui.linkserver.body import read_form
from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.context import Site
from linktui.linkserver.distant import DistantLink, form_for
from linktui.linkserver.errors import Refusal, not_found
from linktui.linkserver.giving import Giving
from linktui.linkserver.pages import Pages, wants_page


class Public:
    """The handlers of links that give files."""

    def __init__(self, context: Site, *, access: Access, giving: Giving, pages: Pages) -> None:
        self._context = context
        self._access = access
        self._giving = giving
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the routes below /l."""
        return [
            Route("/l/{slug}/download", self.download, methods=["GET"]),
            Route("/l/{slug}/zip", self.zip, methods=["GET"]),
            Route("/l/{slug}/files/{number}", self.file, methods=["GET"]),
            Route("/l/{slug}/view/{number}", self.view, methods=["GET"]),
            Route("/l/{slug}/unlock", self.unlock, methods=["POST"]),
            Route("/l/{slug}/sent", self.sent, methods=["GET"]),
        ]

    async def front(self, request: Request) -> Response:
        """Return the page to a browser, the bytes to anything else where that costs nothing."""
        link = await self._access.find(request)
        admitted = await self._access.admitted(request, link)
        if not admitted:
            raise Locked(link)
        if wants_page(request):
            return await self._page(request, link)
        if link.kind == "upload":
            url = self._context.url(link)
            if isinstance(link, DistantLink):
                return PlainTextResponse(f"Open {url} in a browser to send a file.\n")
            return PlainTextResponse(f"Send files here with: curl -T FILE {url}/\n")
        if link.guarded:
            raise Refusal(
                403,
                "use_download",
                f"The bytes are at {self._context.url(link)}/download (it spends a download).",
            )
        return await self._bytes(request, link)

    async def _page(self, request: Request, link: LinkRow) -> Response:
        if isinstance(link, DistantLink) and link.kind == "upload":
            form = await form_for(link, back=f"{self._context.url(link)}/sent")
            return self._pages.send(request, link, form)
        return self._pages.link(request, link)

    async def download(self, request: Request) -> Response:
        """Return the one file, or all as a ZIP."""
        return await self._bytes(request, await self._open(request))

    async def zip(self, request: Request) -> Response:
        """Return all files as a ZIP."""
        return await self._giving.zip(request, await self._open(request))

    async def file(self, request: Request) -> Response:
        """Return one of the files, to keep."""
        return await self._one(request, inline=False)

    async def view(self, request: Request) -> Response:
        """Return one of the files, to look at where that is safe."""
        return await self._one(request, inline=True)

    async def unlock(self, request: Request) -> Response:
        """Take the password from the form, and lead back to the page."""
        self._access.require_same_site(request)
        link = await self._access.find(request)
        form = await read_form(request, stopping=self._context.stopping)
        password = form.get("password", "")
        if link.password_hash is not None and not await self._access.try_password(request, link, password):
            return self._pages.password(request, link, wrong=True)
        response = RedirectResponse(self._context.path(link), status_code=303)
        if link.password_hash is not None:
            self._access.give_cookie(response, link)
        return response

    async def sent(self, request: Request) -> Response:
        """Thank for a file that a browser sent straight to the service, which led it here."""
        link = await self._access.find(request)
        await self._access.require(request, link)
        if link.kind != "upload":
            raise not_found("upload")
        return self._pages.received(request, link, ())

    async def _open(self, request: Request) -> LinkRow:
        link = await self._access.find(request)
        await self._access.require(request, link)
        if link.kind == "upload":
            raise not_found("file")
        return link

    async def _bytes(self, request: Request, link: LinkRow) -> Response:
        if len(link.files) == 1:
            return await self._giving.file(request, link.files[0].file, link=link)
        return await self._giving.zip(request, link)

    async def _one(self, request: Request, *, inline: bool) -> Response:
        link = await self._open(request)
        number = request.path_params["number"]
        known = {str(position): attached.file for position, attached in enumerate(link.files, start=1)}
        if number not in known or (inline and link.kind != "view"):
            raise not_found("file")
        return await self._giving.file(request, known[number], link=link, inline=inline)
