"""Finix's external links, turned into the model and back; no I/O.

https://docs.finix.com/api/files/createexternallink
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType

from linktui.model.errors import InvalidInput
from linktui.model.link import Link, LinkedFile, LinkKind, LinkSpec
from linktui.providers.base import Told
from linktui.providers.finix.limits import LONGEST_MINUTES, OUR_TAG
from linktui.providers.finix.wire import tagged
from linktui.providers.finix.wire_files import Record
from linktui.providers.shapes import Clean, Moment, Shape, parse

HAND_IN = "curl -T FILE 'URL'"
"""How a stranger hands a file in; that the address takes a PUT of the bare bytes is UNCONFIRMED."""
_MINUTE = timedelta(minutes=1)
_KINDS = {kind.value.upper(): kind for kind in LinkKind}


class _Link(Shape):
    id: Clean
    created_at: Moment
    expires_at: Moment | None = None
    duration: Clean | None = None
    """Minutes; null even where one was given."""
    file_id: Clean | None = None
    tags: dict[Clean, Clean | None] | None = None
    type: Clean = ""
    url: Clean | None = None
    user_id: Clean | None = None


def link_from(value: object, record: Record, *, account: str) -> Told:
    """Return the link to `record` in one JSON object; raises Unintelligible."""
    shape = parse(_Link, value)
    kind = _KINDS.get(shape.type, LinkKind.DOWNLOAD)
    tags = {tag: text or "" for tag, text in (shape.tags or {}).items() if tag != OUR_TAG}
    takes_files = kind is LinkKind.UPLOAD
    link = Link(
        account=account,
        provider="finix",
        id=shape.id,
        kind=kind,
        name=record.file.name,
        url=shape.url or "",
        created_at=shape.created_at,
        expires_at=shape.expires_at or _latest_end(shape),
        downloads=int(not record.is_empty) if takes_files else None,
        # The record is named before it is filled too: a link is found only below its file.
        files=(LinkedFile(record.file.id, record.file.name),),
        metadata=MappingProxyType(tags),
        options=record.options if takes_files else MappingProxyType({}),
        facts=MappingProxyType(_facts(shape, record, takes_files=takes_files)),
    )
    return Told(link, value)


def key_of(value: object) -> str:
    """Return the key of the act of linktui that made a link; empty for one made elsewhere."""
    return (parse(_Link, value).tags or {}).get(OUR_TAG) or ""


def link_to(spec: LinkSpec, *, key: str, now: datetime) -> object:
    """Return the body that makes a link; raises InvalidInput for one that would be over before."""
    assert spec.expires_at is not None  # the limits have no link that never ends
    minutes = -((now - spec.expires_at) // _MINUTE)
    if minutes < 1:
        raise InvalidInput("expiry", "is over already; take a later one")
    return {
        "type": spec.kind.value.upper(),
        "duration": min(minutes, LONGEST_MINUTES),
        "tags": tagged(spec.metadata, key),
    }


def _latest_end(shape: _Link) -> datetime:
    """Return when a link is over that does not say so: no link lives longer than seven days."""
    told = shape.duration or ""
    return shape.created_at + _MINUTE * (int(told) if told.isascii() and told.isdigit() else LONGEST_MINUTES)


def _facts(shape: _Link, record: Record, *, takes_files: bool) -> dict[str, str]:
    facts = {
        "Hand in with": HAND_IN if takes_files else "",
        "File's state": record.state,
        "Made by": shape.user_id,
        "Type": shape.type if shape.type not in _KINDS else "",
    }
    return {title: text for title, text in facts.items() if text}
