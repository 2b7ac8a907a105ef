"""The pages that strangers see, each in the language that the reader asks for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import PackageLoader
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linktui.linkserver.catalog.rows import Attached, FileRow, LinkRow
from linktui.linkserver.context import Site
from linktui.linkserver.errors import Refusal
from linktui.linkserver.language import Language, asked_for
from linktui.linkserver.page import HEADERS, POLICY, Page, facts_of_life
from linktui.model.slugs import can_be_guessed
from linktui.providers.served import Form

_SCRIPT = "text/javascript; charset=utf-8"
_ASSETS = {
    "page.css": "text/css; charset=utf-8",
    "drop.js": _SCRIPT,
    "send.js": _SCRIPT,
    "moment.js": _SCRIPT,
}
_ASSET = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=3600"}
_PICTURE = _ASSET | {
    POLICY: ("sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
}
"""A logo that is opened by itself runs nothing."""


class Pages:
    """Renders pages."""

    def __init__(self, context: Site) -> None:
        self._context = context
        self._page = Page(context, PackageLoader("linktui.linkserver"))

    def routes(self) -> list[Route]:
        """Return the routes of what the pages load."""
        return [Route("/assets/{name}", self.asset, methods=["GET"])]

    async def asset(self, request: Request) -> Response:
        """Return a style sheet, a script, or the sender's logo."""
        name, sender = request.path_params["name"], self._context.sender
        if name == "logo" and sender.logo is not None:
            return Response(sender.logo.data, media_type=sender.logo.media_type, headers=_PICTURE)
        if name == "sender.css" and sender.style is not None:
            return Response(sender.style.data, media_type=sender.style.media_type, headers=_ASSET)
        if name not in _ASSETS:
            raise Refusal(404, "not_found", "There is no such page.")
        data = files("linktui.linkserver").joinpath("assets", name).read_bytes()
        return Response(data, media_type=_ASSETS[name], headers=_ASSET)

    def link(self, request: Request, link: LinkRow) -> Response:
        """Return the page of a link that lives."""
        language = language_of(request)
        template = "upload.html" if link.kind == "upload" else "link.html"
        return self._page.show(template, language, self._facts(language, link))

    def _facts(self, language: Language, link: LinkRow) -> dict[str, object]:
        remaining = None if link.download_limit is None else link.download_limit - link.downloads
        return {
            "link": link,
            "path": self._context.path(link),
            "total": sum(attached.file.size for attached in link.files),
            "shown": [_shown(link, attached) for attached in link.files],
            **facts_of_life(
                language, expires_at=link.expires_at, now=self._context.now(), remaining=remaining
            ),
        }

    def password(self, request: Request, link: LinkRow, *, wrong: bool = False) -> Response:
        """Return the form that asks for the password; it tells nothing of the link."""
        facts = {"path": self._context.path(link), "wrong": wrong, "unsure": can_be_guessed(link.slug)}
        return self._page.show("password.html", language_of(request), facts, status=401)

    def send(self, request: Request, link: LinkRow, form: Form) -> Response:
        """Return the page by which one file is sent straight to where the link is kept."""
        language, action = language_of(request), urlsplit(form.action)
        response = self._page.show("send.html", language, self._facts(language, link) | {"form": form})
        response.headers[POLICY] = HEADERS[POLICY].replace(
            "form-action 'self'", f"form-action 'self' {action.scheme}://{action.netloc}"
        )
        return response

    def received(self, request: Request, link: LinkRow, received: Sequence[FileRow]) -> Response:
        """Return the page that thanks for files."""
        facts = {"path": self._context.path(link), "received": received}
        return self._page.show("received.html", language_of(request), facts, status=201)

    def refusal(self, request: Request, refusal: Refusal) -> Response:
        """Return the page for an error; all links that are gone get the same."""
        language = language_of(request)
        facts = {"gone": refusal.status == 410, "message": language.refusal(refusal)}
        return self._page.show("error.html", language, facts, status=refusal.status)


def wants_page(request: Request) -> bool:
    """Tell whether a browser asks."""
    return "text/html" in request.headers.get("accept", "").lower()


def language_of(request: Request) -> Language:
    """Return the language that whoever asks likes best."""
    return asked_for(request.headers.get("accept-language", ""))


def _shown(link: LinkRow, attached: Attached) -> str | None:
    """Return image, video, audio or text where the page may show the file itself.

    Not on a limited link: there each look is a download.
    """
    if link.kind != "view" or attached.file.inline_type is None:
        return None
    kind = attached.file.inline_type.partition("/")[0]
    return "text" if kind == "text" or link.download_limit is not None else kind
