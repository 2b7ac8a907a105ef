"""What strangers see of a FileLink: its page, its files, and the form for its password.

No mail is sent from here, so nobody can prove to own an address: where a link requires authentication,
only its owner gets in, with the key of the API; everybody else gets a page that says so.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linktui.linkserver.body import read_form
from linktui.linkserver.catalog import links
from linktui.linkserver.catalog.rows import FileRow, LinkRow
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import Dialect
from linktui.linkserver.dialects.liquidfiles.pages import Pages
from linktui.linkserver.dialects.liquidfiles.shapes import LINK, NAME, OPTIONS, attached_to
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.errors import Gone, Refusal
from linktui.linkserver.errors import not_found as no_such


class Public:
    """The handlers of what a link leads to."""

    def __init__(self, dialect: Dialect, pages: Pages, *, is_owner: Callable[[Request], bool]) -> None:
        self._dialect = dialect
        self._pages = pages
        self._is_owner = is_owner

    def routes(self) -> list[Route]:
        """Return the routes but that of the page, which shares its address with the API."""
        return [
            Route("/link/{link}/unlock", self.unlock, methods=["POST"]),
            Route("/link/{link}/zip", self.zip, methods=["GET"]),
            Route("/link/{link}/files/{attachment}", self.file, methods=["GET"]),
            Route("/link/{link}/view/{attachment}", self.view, methods=["GET"]),
            Route("/link/{link}/raw/{filename}", self.raw, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """Return the page, or the one that asks for what is missing."""
        link, row = self._find(request)
        word = request.path_params["link"]
        if self._needs_sign_in(request, link):
            return self._pages.sign_in()
        if not await self._admitted(request, row):
            return self._pages.password(word)
        held = attached_to(self._dialect.database.read, row)
        return self._pages.link(word, row, _options(link), [one.id for one, _ in held])

    async def unlock(self, request: Request) -> Response:
        """Take the password from the form, and lead back to the page."""
        access = self._dialect.access
        access.require_same_site(request)
        _, row = self._find(request)
        word = request.path_params["link"]
        form = await read_form(request, stopping=self._dialect.context.stopping)
        given = form.get("password", "")
        if row.password_hash is not None and not await access.try_password(request, row, given):
            return self._pages.password(word, wrong=True)
        response = RedirectResponse(self._pages.path(word), status_code=303)
        if row.password_hash is not None:
            access.give_cookie(response, row, path=self._pages.path(word))
        return response

    async def file(self, request: Request) -> Response:
        """Return one of the files, to keep."""
        link, row = await self._enter(request)
        _require_download(link)
        return await self._dialect.delivery.file(request, self._one(request, row), link=row)

    async def zip(self, request: Request) -> Response:
        """Return all files as a ZIP."""
        link, row = await self._enter(request)
        _require_download(link)
        return await self._dialect.delivery.zip(request, row)

    async def view(self, request: Request) -> Response:
        """Return one of the files, to look at where that is safe; a look is no download."""
        link, row = await self._enter(request)
        file = self._one(request, row)
        options = _options(link)
        if file.inline_type is None or (options["display_mode"] == "icons" and options["allow_download"]):
            raise no_such("file")
        return await self._dialect.delivery.file(request, file, link=None, inline=True)

    async def raw(self, request: Request) -> Response:
        """Return one of the files by its name, where the link has direct links."""
        link, row = self._find(request)
        named = [each.file for each in row.files if each.file.name == request.path_params["filename"]]
        if not _options(link)["allow_direct_links"] or not named:
            raise no_such("file")
        return await self._dialect.delivery.file(request, named[0], link=row, inline=True)

    def _find(self, request: Request) -> tuple[Object, LinkRow]:
        """Return the link of that id or address; raises Gone unless it is active."""

        def act(db: apsw.Connection) -> tuple[Object, LinkRow]:
            word = request.path_params["link"]
            link = objects.get(db, NAME, LINK, word)
            if link is None:
                where = {"object.fields ->> 'slug' = ?": word}
                found = objects.page(db, NAME, LINK, limit=1, where=where).data
                if word == "" or not found:
                    raise Gone
                link = found[0]
            return link, links.get(db, link.subject or "")

        link, row = self._dialect.look(act)
        if row.state(self._dialect.context.now()) != "active" or not row.files:
            raise Gone
        return link, row

    async def _enter(self, request: Request) -> tuple[Object, LinkRow]:
        """Return the link; raises a 401 Refusal for who may not see it."""
        link, row = self._find(request)
        if self._needs_sign_in(request, link):
            raise Refusal(401, "authentication_required", "This link asks who you are.")
        if not await self._admitted(request, row):
            raise Refusal(401, "password_required", "This link has a password.")
        return link, row

    def _needs_sign_in(self, request: Request, link: Object) -> bool:
        return _options(link)["require_authentication"] and not self._is_owner(request)

    async def _admitted(self, request: Request, row: LinkRow) -> bool:
        return self._is_owner(request) or await self._dialect.access.admitted(request, row)

    def _one(self, request: Request, row: LinkRow) -> FileRow:
        held = attached_to(self._dialect.database.read, row)
        wanted = request.path_params["attachment"]
        subjects = {one.subject for one, _ in held if one.id == wanted}
        for each in row.files:
            if each.file.id in subjects:
                return each.file
        raise no_such("file")


def _options(link: Object) -> Fields:
    return OPTIONS | link.fields


def _require_download(link: Object) -> None:
    if not _options(link)["allow_download"]:
        raise Refusal(403, "view_only", "The files of this link are only shown.")
