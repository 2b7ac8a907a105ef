"""What Finix says whatever it is asked: pages, errors, who asks; and how it is asked; no I/O.

https://docs.finix.com/api/pagination, https://docs.finix.com/guides/developers/http-codes-and-errors
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from linktui.model.errors import InvalidInput
from linktui.providers.answers import Said
from linktui.providers.base import Page, Wanted
from linktui.providers.finix.limits import OUR_TAG
from linktui.providers.shapes import Clean, Shape, parse

MOST_ROWS = 100
"""Rows that Finix gives on a page at most."""
_S3_TEXT = r"<{0}>([^<]*)</{0}>"


class _Cursor(Shape):
    next_cursor: Clean | None = None


class _List(Shape):
    page: _Cursor | None = None
    embedded: dict[str, tuple[dict[str, Any], ...] | None] | None = Field(None, alias="_embedded")


def rows_from(value: object, name: str) -> Page[dict[str, Any]]:
    """Return the page whose rows are below `_embedded.NAME`; raises Unintelligible.

    A page without rows is the last one, whatever cursor it gives.
    """
    told = parse(_List, value)
    rows = (told.embedded or {}).get(name) or ()
    return Page(rows, (told.page.next_cursor or None) if told.page and rows else None)


def query(wanted: Wanted, cursor: str | None) -> dict[str, str]:
    """Return the parameters of one page of a list.

    The names with a dot are literally such, and the moments are in UTC and say no zone.
    """
    told = {
        "limit": str(min(wanted.limit or MOST_ROWS, MOST_ROWS)),
        "id": wanted.ids[0] if len(wanted.ids) == 1 else "",
        "created_at.gte": _moment(wanted.created_after),
        "created_at.lte": _moment(wanted.created_before),
        "updated_at.gte": _moment(wanted.updated_after),
        "updated_at.lte": _moment(wanted.updated_before),
        "before_cursor" if wanted.before else "after_cursor": cursor or wanted.before,
    }
    return {name: value for name, value in told.items() if value}


def tagged(metadata: Mapping[str, str], key: str) -> dict[str, str]:
    """Return the tags of a new thing; raises InvalidInput for metadata under the name of our own tag."""
    if OUR_TAG in metadata:
        raise InvalidInput("metadata", f"“{OUR_TAG}” is linktui's own tag here; take another key")
    return {**metadata, OUR_TAG: key}


def said(body: Any) -> Said:
    """Read `{"_embedded": {"errors": [{"code", "message", "field"}, ...]}}`, all of the errors."""
    embedded = body.get("_embedded") if isinstance(body, dict) else None
    listed = embedded.get("errors") if isinstance(embedded, dict) else None
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    return Said(
        message="; ".join(dict.fromkeys(_texts(errors, "message"))),
        code=next(iter(_texts(errors, "code")), ""),
        field=next(iter(_texts(errors, "field")), ""),
    )


def s3_said(body: Any) -> Said:
    """Read the XML that Amazon S3 answers with; that Finix keeps its files there is UNCONFIRMED.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    text = body if isinstance(body, str) else ""
    return Said(message=_element(text, "Message"), code=_element(text, "Code"))


def _texts(errors: list[dict[str, Any]], name: str) -> list[str]:
    return [str(error[name]) for error in errors if error.get(name)]


def _element(text: str, name: str) -> str:
    found = re.search(_S3_TEXT.format(name), text)
    return html.unescape(found[1]) if found else ""


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() if value else ""
