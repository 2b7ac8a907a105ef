"""Digital River's file links, turned into the model and back; no I/O.

https://docs.digitalriver.com/digital-river-api-reference/2021-12-13/file-links
"""

from __future__ import annotations

import json
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pydantic import Field

from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.text import clean
from linktui.providers.base import Told, Wanted
from linktui.providers.digitalriver.wire import Query, mode_of, moment, page_query
from linktui.providers.shapes import Clean, Moment, Shape, parse


class FileLink(Shape):
    """A link as Digital River tells it: it names its file only."""

    id: Clean
    created: Moment = Field(alias="createdTime")
    expires: Moment | None = Field(None, alias="expiresTime")
    expired: bool | None = None
    file_id: Clean | None = Field(None, alias="fileId")
    live: bool | None = Field(None, alias="liveMode")
    metadata: dict[str, Any] | None = None
    url: Clean | None = None


def link_from(value: object, *, account: str, now: datetime, file: LinkedFile | None = None) -> Told:
    """Return the link in one JSON object; raises Unintelligible.

    `file` is the one it is to, where more than its id is known; `now` stands for the end of a link that is
    over but tells a later one, or none.
    """
    shape = parse(FileLink, value)
    linked = file or LinkedFile(shape.file_id or "", shape.file_id or "")
    ends = [end for end in (shape.expires, now if shape.expired else None) if end]
    link = Link(
        account=account,
        provider="digitalriver",
        id=shape.id,
        kind=LinkKind.DOWNLOAD,
        name=linked.name or shape.id,
        url=shape.url or "",
        created_at=shape.created,
        expires_at=min(ends, default=None),
        files=(linked,) if linked.id else (),
        metadata=MappingProxyType(_metadata(shape)),
        facts=MappingProxyType({"Mode": mode_of(shape.live)} if shape.live is not None else {}),
    )
    return Told(link, value)


def links_query(wanted: Wanted, cursor: str | None) -> Query:
    """Return the parameters of one page of the links."""
    expired = "" if wanted.expired is None else str(wanted.expired).lower()
    query = {"fileId": wanted.file_id, "expired": expired}
    return page_query(wanted, cursor) | {name: value for name, value in query.items() if value}


def link_to(file_id: str, expires_at: datetime) -> dict[str, str]:
    """Return the body that makes a link."""
    return {"fileId": file_id, **end_to(expires_at)}


def end_to(expires_at: datetime) -> dict[str, str]:
    """Return the body that changes a link: there is nothing but its end to change."""
    return {"expiresTime": moment(expires_at)}


def _metadata(shape: FileLink) -> dict[str, str]:
    """Return the metadata as text; its values may be numbers and truths too."""
    return {
        clean(key): clean(value if isinstance(value, str) else json.dumps(value))
        for key, value in (shape.metadata or {}).items()
    }
