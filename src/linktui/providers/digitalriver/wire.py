"""What Digital River says whatever it is asked: lists, errors, moments; and how it is asked; no I/O.

https://docs.digitalriver.com/digital-river-api/general-resources (API versioning, errors, pagination)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from linktui.model.errors import Unintelligible
from linktui.providers.answers import Said
from linktui.providers.base import Page, Wanted
from linktui.providers.shapes import Clean, Shape, parse

MOST_ROWS = 100
"""Rows that Digital River gives on a page at most."""
_NEW_KEY = "a key that was made or changed may be refused for 10 minutes"
_FIREWALL = "a web page came instead of an answer, perhaps from a firewall in between"
_NEARLY_A_SECOND = timedelta(seconds=1) - datetime.resolution

T = TypeVar("T")
Query = dict[str, str | list[str]]


class _Row(Shape):
    id: Clean


class _List(Shape):
    data: tuple[dict[str, Any], ...]
    hasMore: bool | None = None  # noqa: N815 - its name on the wire


def page_from(value: object, read: Callable[[dict[str, Any]], T], *, backwards: bool) -> Page[T]:
    """Return one page of a list; raises Unintelligible.

    Its next cursor is the id of the row at the end towards which it is paged. That a page before a row is
    newest first too, and that `hasMore` then speaks of newer rows, is UNCONFIRMED.
    """
    told = parse(_List, value)
    cursor = None
    if told.hasMore and not told.data:
        raise Unintelligible("more rows, but none on this page")
    if told.hasMore:
        cursor = parse(_Row, told.data[0 if backwards else -1]).id
    return Page(tuple(read(row) for row in told.data), cursor)


def page_query(wanted: Wanted, cursor: str | None) -> Query:
    """Return the parameters that every list knows, never both cursors; `ids` is repeated (UNCONFIRMED).

    The span is widened to whole seconds: rather a row too many than one too few.
    """
    query: Query = {
        "limit": str(max(1, min(wanted.limit or MOST_ROWS, MOST_ROWS))),
        "ids": list(wanted.ids),
        "createdTime[gte]": moment(wanted.created_after),
        "createdTime[lte]": moment(wanted.created_before and wanted.created_before + _NEARLY_A_SECOND),
        "endingBefore" if wanted.before else "startingAfter": cursor or wanted.before,
    }
    return {name: value for name, value in query.items() if value}


def moment(value: datetime | None) -> str:
    """Return a moment in the one form that is taken: UTC, whole seconds (the rest cut off), Z."""
    return "" if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(body: Any) -> Said:
    """Read `{"type", "errors": [{"code", "parameter", "message"}, ...]}`, all of the errors.

    Each part of an error may be absent; where no code is, the type stands for it.
    """
    if not isinstance(body, dict):
        is_page = isinstance(body, str) and body.lstrip().startswith("<")
        return Said(message=_FIREWALL if is_page else "")
    listed = body.get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    words = [text.rstrip(".") for text in dict.fromkeys(_texts(errors, "message"))]
    if body.get("type") == "unauthorized":
        words.append(_NEW_KEY)
    return Said(
        message="; ".join(words),
        code=next(iter(_texts(errors, "code")), str(body.get("type") or "")),
        field=next(iter(_texts(errors, "parameter")), ""),
    )


def mode_of(live: bool | None) -> str:
    """Return which mode a thing is of, in a word; empty where it does not tell."""
    return {True: "live", False: "test", None: ""}[live]


def _texts(errors: list[dict[str, Any]], name: str) -> list[str]:
    return [str(error[name]) for error in errors if error.get(name)]
