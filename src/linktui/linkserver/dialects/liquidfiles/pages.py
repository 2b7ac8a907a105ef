"""The HTML of FileLinks, made of the link server's own pages."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import nh3
from jinja2 import ChoiceLoader, PackageLoader
from markupsafe import Markup
from starlette.responses import Response

from linktui.linkserver.catalog.rows import FileRow, LinkRow
from linktui.linkserver.context import Context
from linktui.linkserver.dialects.objects import Fields
from linktui.linkserver.errors import Refusal
from linktui.linkserver.language import language
from linktui.linkserver.page import Page, facts_of_life

ENGLISH = language("en")
"""The service's own pages are in no other here."""


class Pages:
    """Renders pages."""

    def __init__(self, context: Context, *, base_url: str) -> None:
        self._context = context
        ours = PackageLoader("linktui.linkserver.dialects.liquidfiles")
        self._page = Page(context, ChoiceLoader([ours, PackageLoader("linktui.linkserver")]))
        self._base = urlsplit(base_url).path

    def path(self, word: str) -> str:
        """Return the path of a link's page, by its id or its own address."""
        return f"{self._base}/link/{quote(word, safe='')}"

    def link(self, word: str, row: LinkRow, options: Fields, ids: Sequence[str]) -> Response:
        """Return the page of a link that lives; `ids` are those of its attachments."""
        facts = {
            "link": row,
            "path": self.path(word),
            "files": [
                {
                    "id": attachment,
                    "file": each.file,
                    "caption": each.caption,
                    "kind": _kind(each.file, options),
                }
                for attachment, each in zip(ids, row.files, strict=True)
            ],
            "options": options,
            "header": _safe(options["header_html"]),
            "footer": _safe(options["footer_html"]),
            "total": sum(each.file.size for each in row.files),
            **facts_of_life(ENGLISH, expires_at=row.expires_at, now=self._context.now(), remaining=None),
        }
        return self._page.show("filelink.html", ENGLISH, facts)

    def password(self, word: str, *, wrong: bool = False) -> Response:
        """Return the form that asks for the password; it tells nothing of the link."""
        facts = {"path": self.path(word), "wrong": wrong, "unsure": False}
        return self._page.show("password.html", ENGLISH, facts, status=401)

    def sign_in(self) -> Response:
        """Return the page for who has not proved who they are; it tells nothing of the link."""
        return self._page.show("sign_in.html", ENGLISH, {}, status=401)

    def browser(self) -> Response:
        """Return what the API answers to whoever does not ask for JSON, which makes them a browser."""
        return self._page.show("browser.html", ENGLISH, {})

    def refusal(self, refusal: Refusal) -> Response:
        """Return the page for an error; all links that are gone get the same."""
        facts = {"gone": refusal.status == 410, "message": refusal.message}
        return self._page.show("error.html", ENGLISH, facts, status=refusal.status)


def _safe(html: str) -> Markup:
    """Return HTML from outside without anything that runs, loads or asks for input."""
    return Markup(nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}))  # noqa: S704 - just cleaned


def _kind(file: FileRow, options: Fields) -> str | None:
    """Return image, video, audio or text where the page may show the file itself."""
    hidden = options["display_mode"] == "icons" and options["allow_download"]
    if hidden or file.inline_type is None:
        return None
    return file.inline_type.partition("/")[0]
