"""Query parameters of the API, read and judged."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from linktui.linkserver.catalog.link_pages import bad_cursor
from linktui.linkserver.errors import invalid
from linktui.linkserver.limits import DEFAULT_PAGE, MAX_PAGE
from linktui.linkserver.times import to_ms

_LARGEST = 10**15


def integer(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number; raises a 422 Refusal."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 18 and least <= int(text) <= most:
        return int(text)
    raise invalid(name, f"{name} is a whole number from {least} to {most}.")


def limit(request: Request) -> int:
    """Return how many to list."""
    return integer(request, "limit", default=DEFAULT_PAGE, least=1, most=MAX_PAGE)


def since(request: Request) -> int:
    """Return the revision to go on from."""
    return integer(request, "since", default=0, least=0, most=_LARGEST)


def before(request: Request) -> int | None:
    """Return the cursor of a list that goes down by number; raises a 400 Refusal."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    if not (text.startswith("c") and text[1:].isascii() and text[1:].isdigit() and len(text) <= 18):
        raise bad_cursor()
    return int(text[1:])


def choice(request: Request, name: str, allowed: tuple[str, ...]) -> str | None:
    """Return one of the allowed words; raises a 422 Refusal."""
    text = request.query_params.get(name)
    if text is not None and text not in allowed:
        raise invalid(name, f"{name} is one of {', '.join(allowed)}.")
    return text


def text(request: Request, name: str, *, most: int = 255) -> str | None:
    """Return a text; raises a 422 Refusal for one that is too long."""
    value = request.query_params.get(name)
    if value is not None and len(value) > most:
        raise invalid(name, f"{name} has at most {most} characters.")
    return value


def moment(request: Request, name: str) -> int | None:
    """Return a moment in milliseconds; raises a 422 Refusal."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise invalid(name, f"{name} is a moment with its zone, such as 2026-12-01T00:00:00Z.")
    return to_ms(parsed)
