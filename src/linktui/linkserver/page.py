"""A page as HTML: the templates in a language, with the sender's name above."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from jinja2 import BaseLoader, Environment, StrictUndefined
from starlette.responses import HTMLResponse, Response

from linktui.linkserver.context import Site
from linktui.linkserver.language import Language

POLICY = "Content-Security-Policy"
HEADERS = {
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
    "Vary": "Accept-Language",
}
SCRIPT_WORDS = (
    "or_drop",
    "waiting",
    "not_sent",
    "received",
    "send",
    "sending",
    "bytes",
    "units",
    "decimal",
    "problems",
)
"""What the scripts that send files have to say."""


class Page:
    """Renders templates."""

    def __init__(self, context: Site, loader: BaseLoader) -> None:
        self._environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "base": urlsplit(context.public_url).path,
            "sender": context.sender,
            "script_words": _script_words,
        }

    def show(
        self, template: str, language: Language, facts: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """Return a page."""
        html = self._environment.get_template(template).render(
            language=language, say=language.say, count=language.count, **facts
        )
        return HTMLResponse(html, status_code=status, headers=HEADERS | {"Content-Language": language.code})


def facts_of_life(
    language: Language, *, expires_at: int | None, now: int, remaining: int | None
) -> dict[str, object]:
    """Return what the facts below a page's button are made of."""
    return {
        "left": None if expires_at is None else language.span(expires_at - now),
        "until": None if expires_at is None else language.moment(expires_at),
        "remaining": remaining,
    }


def _script_words(language: Language, wanted: Sequence[str] = SCRIPT_WORDS) -> str:
    return json.dumps({key: language.words[key] for key in wanted})
