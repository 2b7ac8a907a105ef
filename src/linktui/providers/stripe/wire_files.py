"""Stripe's files, turned into the model; no I/O.

https://docs.stripe.com/api/files/object
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from linktui.model.file import File
from linktui.providers.base import Wanted
from linktui.providers.shapes import Clean, Moment, Shape, parse
from linktui.providers.stripe.purposes import media_type_of, why_not_linkable
from linktui.providers.stripe.wire import Query, page_query


class Links(Shape):
    """The newest links of a file, as it holds them."""

    data: tuple[dict[str, Any], ...] | None = None


class StoredFile(Shape):
    """A file as Stripe tells it: `type` is an extension, and there is neither mode nor metadata."""

    id: Clean
    created: Moment
    purpose: Clean = ""
    size: int | None = None
    expires_at: Moment | None = None
    filename: Clean | None = None
    title: Clean | None = None
    type: Clean | None = None
    links: Links | None = None

    @property
    def name(self) -> str:
        """What to call the file."""
        return self.filename or self.title or self.id

    @property
    def media_type(self) -> str:
        """What the file's name or its extension tells; else empty."""
        return media_type_of(self.name) or media_type_of(f".{self.type or ''}")


def file_from(value: object, *, account: str) -> File:
    """Return the file in one JSON object; raises Unintelligible."""
    shape = parse(StoredFile, value)
    facts = {"Purpose": shape.purpose, "Title": shape.title or "", "Type": shape.type or ""}
    return File(
        account=account,
        id=shape.id,
        name=shape.name,
        size=shape.size,
        created_at=shape.created,
        media_type=shape.media_type,
        link_count=len(links_of(shape)),
        expires_at=shape.expires_at,
        linkable=why_not_linkable(shape.purpose),
        facts=MappingProxyType({title: text for title, text in facts.items() if text}),
    )


def links_of(file: StoredFile) -> tuple[dict[str, Any], ...]:
    """Return the links that a file holds, as they came; none where it does not tell."""
    return (file.links.data if file.links else None) or ()


def files_query(wanted: Wanted, cursor: str | None) -> Query:
    """Return the parameters of one page of the files."""
    purpose = {"purpose": wanted.purpose} if wanted.purpose else {}
    return page_query(wanted, cursor) | purpose | {"expand[]": "data.links"}
