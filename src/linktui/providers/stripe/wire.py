"""What Stripe says whatever it is asked: lists, errors, who asks; and how it is asked; no I/O.

https://docs.stripe.com/api/pagination, https://docs.stripe.com/api/errors
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from linktui.model.errors import InvalidInput, Unintelligible
from linktui.providers.answers import Answer, Said
from linktui.providers.base import Page, Wanted
from linktui.providers.shapes import Shape, parse

MOST_ROWS = 100
"""Rows that Stripe gives on a page at most."""
_KEY_KINDS = {"sk": "secret", "rk": "restricted", "rkcs": "restricted", "pk": "publishable"}

T = TypeVar("T")
Query = dict[str, str]


class _Row(Shape):
    id: str


class _List(Shape):
    data: tuple[dict[str, Any], ...]
    has_more: bool = False


def page_from(value: object, read: Callable[[dict[str, Any]], T], *, backwards: bool) -> Page[T]:
    """Return one page of a list; raises Unintelligible.

    Its next cursor is the id of the row at the end towards which it is paged.
    """
    told = parse(_List, value)
    cursor = None
    if told.has_more and not told.data:
        raise Unintelligible("more rows, but none on this page")
    if told.has_more:
        cursor = parse(_Row, told.data[0 if backwards else -1]).id
    return Page(tuple(read(row) for row in told.data), cursor)


def page_query(wanted: Wanted, cursor: str | None) -> Query:
    """Return the parameters that every list knows: on each page the filters are to be given again."""
    query = {
        "limit": str(max(1, min(wanted.limit or MOST_ROWS, MOST_ROWS))),
        "created[gte]": ""
        if wanted.created_after is None
        else str(math.ceil(wanted.created_after.timestamp())),
        "created[lte]": "" if wanted.created_before is None else seconds(wanted.created_before),
        "ending_before" if wanted.before else "starting_after": cursor or wanted.before,
    }
    return {name: value for name, value in query.items() if value}


def seconds(moment: datetime) -> str:
    """Return a moment as Stripe wants it: whole seconds of the Unix clock, the rest cut off."""
    return str(math.floor(moment.timestamp()))


def metadata_form(metadata: Mapping[str, str | None], *, name: str = "metadata") -> dict[str, str]:
    """Return the form fields that set metadata; an empty one takes its key away."""
    for key in metadata:
        if not key or set(key) & set("[]"):
            raise InvalidInput("metadata", f"“{key}” cannot be a key: Stripe's have no [ and no ]")
    return {f"{name}[{key}]": value or "" for key, value in metadata.items()}


def said(body: Any) -> Said:
    """Read the one error of a body; where it has no code, its type stands for it."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Said()
    return Said(
        message=str(error.get("message") or ""),
        code=str(error.get("code") or error.get("type") or ""),
        field=str(error.get("param") or ""),
    )


def should_retry(answer: Answer) -> bool | None:
    """Return Stripe's own word on another try; without it, a conflict passes like any busy moment."""
    told = answer.headers.get("stripe-should-retry", "").strip().lower()
    if told in {"true", "false"}:
        return told == "true"
    return True if answer.status == 409 else None


def key_kind(secret: str) -> str:
    """Return what sort of key a secret is, in a word, or nothing for one of a sort not known."""
    return _KEY_KINDS.get(secret.partition("_")[0], "")


def is_test_key(secret: str) -> bool:
    """Tell whether a key says of itself that it is one of test mode."""
    return secret.split("_")[1:2] == ["test"]
