"""The HTML that strangers see; everything from outside is escaped by the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from linktui.linkserver.catalog.rows import Attached, FileRow, LinkRow
from linktui.linkserver.context import Site
from linktui.linkserver.errors import Refusal
from linktui.linkserver.times import from_ms
from linktui.linkserver.words import size_words, time_left
from linktui.model.slugs import can_be_guessed
from linktui.providers.served import Form

POLICY = "Content-Security-Policy"
PAGE = {
    POLICY: (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers say "Origin: null" for the page's own forms over plain http.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}
_SCRIPT = "text/javascript; charset=utf-8"
_ASSETS = {"page.css": "text/css; charset=utf-8", "drop.js": _SCRIPT, "send.js": _SCRIPT}


class Pages:
    """Renders pages."""

    def __init__(self, context: Site) -> None:
        self._context = context
        self._templates = Environment(
            loader=PackageLoader("linktui.linkserver"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["size"] = size_words
        self._base = urlsplit(context.public_url).path

    def routes(self) -> list[Route]:
        """Return the routes of the style sheet and the scripts."""
        return [Route("/assets/{name}", self.asset, methods=["GET"])]

    async def asset(self, request: Request) -> Response:
        """Return the style sheet or a script."""
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise Refusal(404, "not_found", "There is no such page.")
        data = files("linktui.linkserver").joinpath("assets", name).read_bytes()
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=3600"}
        return Response(data, media_type=_ASSETS[name], headers=headers)

    def link(self, link: LinkRow) -> Response:
        """Return the page of a link that lives."""
        facts = self._facts(link)
        if link.kind == "upload":
            return self._page("upload.html", facts)
        shown = [_shown(link, attached) for attached in link.files]
        return self._page("link.html", facts | {"shown": shown})

    def _facts(self, link: LinkRow) -> dict[str, object]:
        now = self._context.now()
        return {
            "link": link,
            "path": self._context.path(link),
            "total": sum(attached.file.size for attached in link.files),
            "left": None if link.expires_at is None else time_left(link.expires_at - now),
            "until": None
            if link.expires_at is None
            else f"{from_ms(link.expires_at):%-d %B %Y, %H:%M:%S} UTC",
            "remaining": None if link.download_limit is None else link.download_limit - link.downloads,
        }

    def password(self, link: LinkRow, *, wrong: bool = False) -> Response:
        """Return the form that asks for the password; it tells nothing of the link."""
        facts = {"path": self._context.path(link), "wrong": wrong, "unsure": can_be_guessed(link.slug)}
        return self._page("password.html", facts, status=401)

    def send(self, link: LinkRow, form: Form) -> Response:
        """Return the page by which one file is sent straight to where the link is kept."""
        action = urlsplit(form.action)
        policy = PAGE[POLICY].replace(
            "form-action 'self'", f"form-action 'self' {action.scheme}://{action.netloc}"
        )
        response = self._page("send.html", self._facts(link) | {"form": form})
        response.headers[POLICY] = policy
        return response

    def received(self, link: LinkRow, received: Sequence[FileRow]) -> Response:
        """Return the page that thanks for files."""
        facts = {"path": self._context.path(link), "received": received}
        return self._page("received.html", facts, status=201)

    def refusal(self, refusal: Refusal) -> Response:
        """Return the page for an error; all links that are gone get the same."""
        facts = {"gone": refusal.status == 410, "message": refusal.message}
        return self._page("error.html", facts, status=refusal.status)

    def _page(self, template: str, facts: Mapping[str, object], *, status: int = 200) -> Response:
        html = self._templates.get_template(template).render(base=self._base, **facts)
        return HTMLResponse(html, status_code=status, headers=PAGE)


def wants_page(request: Request) -> bool:
    """Tell whether a browser asks."""
    return "text/html" in request.headers.get("accept", "").lower()


def _shown(link: LinkRow, attached: Attached) -> str | None:
    """Return image, video, audio or text where the page may show the file itself.

    Not on a limited link: there each look is a download.
    """
    if link.kind != "view" or attached.file.inline_type is None:
        return None
    kind = attached.file.inline_type.partition("/")[0]
    return "text" if kind == "text" or link.download_limit is not None else kind
