"""Finix's file records, turned into the model and back; no I/O.

A record is made first and filled later, and tells neither size nor media type nor when it ends.
https://docs.finix.com/api/files/createfiles
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linktui.model.file import File
from linktui.providers.finix.limits import LINKED_TO, OUR_TAG, TYPE
from linktui.providers.finix.wire import tagged
from linktui.providers.shapes import Clean, Moment, Shape, parse

EMPTY = "REQUIRES_UPLOAD"
UNREADABLE = "INVALID"
_LINKABLE = {
    EMPTY: "nothing was handed in yet; wait for it, or upload the file anew",
    UNREADABLE: "Finix could not read it; upload the file anew",
}
_STATES = {
    EMPTY: "waiting for the file",
    "PENDING": "under review",
    "UPLOADED": "uploaded",
    UNREADABLE: "could not be read",
}


class _File(Shape):
    id: Clean
    created_at: Moment
    updated_at: Moment | None = None
    status: Clean | None = None
    type: Clean | None = None
    display_name: Clean | None = None
    file_name: Clean | None = None
    extension: Clean | None = None
    linked_to: Clean | None = None
    linked_type: Clean | None = None
    application: Clean | None = None
    application_id: Clean | None = None
    platform_id: Clean | None = None
    identity_id: Clean | None = None
    tags: dict[Clean, Clean | None] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A file with what only Finix tells of it."""

    file: File
    status: str
    options: Mapping[str, str]
    """Its type and whom it is linked to, by the keys of the options."""
    key: str
    """Of the act of linktui that made it; empty for what was made elsewhere."""

    @property
    def state(self) -> str:
        """The status in words."""
        return _STATES.get(self.status, self.status)

    @property
    def is_empty(self) -> bool:
        """Whether its bytes did not arrive yet."""
        return self.status == EMPTY

    @property
    def is_unreadable(self) -> bool:
        """Whether its bytes arrived and Finix could not read them."""
        return self.status == UNREADABLE


def record_from(value: object, *, account: str) -> Record:
    """Return the record in one JSON object; raises Unintelligible."""
    shape = parse(_File, value)
    status = shape.status or ""
    file = File(
        account=account,
        id=shape.id,
        name=shape.display_name or shape.file_name or shape.id,
        size=None,
        created_at=shape.created_at,
        linkable=_LINKABLE.get(status, ""),
        facts=MappingProxyType(_facts(shape)),
    )
    options = {TYPE: shape.type, LINKED_TO: shape.linked_to}
    told = MappingProxyType({key: text for key, text in options.items() if text})
    return Record(file, status, told, (shape.tags or {}).get(OUR_TAG) or "")


def record_to(name: str, options: Mapping[str, str], metadata: Mapping[str, str], *, key: str) -> object:
    """Return the body that makes an empty record; Finix names it itself when `name` is empty."""
    told = {"display_name": name, "type": options.get(TYPE) or "OTHER", "linked_to": options.get(LINKED_TO)}
    return {name: text for name, text in told.items() if text} | {"tags": tagged(metadata, key)}


def _facts(shape: _File) -> dict[str, str]:
    tags = {tag: text for tag, text in (shape.tags or {}).items() if tag != OUR_TAG}
    facts = {
        "State": _STATES.get(shape.status or "", shape.status),
        "Type": shape.type,
        "Linked to": shape.linked_to,
        "File name": shape.file_name if shape.file_name != shape.display_name else "",
        "Extension": shape.extension,
        "Tags": ", ".join(f"{tag}={text or ''}" for tag, text in tags.items()),
        "Application": shape.application or shape.application_id,
        "Platform": shape.platform_id,
        "Identity": shape.identity_id,
    }
    return {title: text for title, text in facts.items() if text}
