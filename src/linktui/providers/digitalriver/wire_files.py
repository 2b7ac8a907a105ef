"""Digital River's files, turned into the model and back; no I/O.

https://docs.digitalriver.com/digital-river-api-reference/2021-12-13/files
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

from pydantic import Field

from linktui.model.errors import InvalidInput
from linktui.model.file import File
from linktui.model.link import LinkedFile
from linktui.providers.base import Wanted
from linktui.providers.digitalriver.limits import LARGEST_FILE
from linktui.providers.digitalriver.wire import Query, mode_of, page_query
from linktui.providers.shapes import Clean, Moment, Shape, parse

MEDIA_TYPES = {
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
}
"""What is taken, by extension."""


class StoredFile(Shape):
    """A file as Digital River tells it; its address needs the secret key, and so is no share link."""

    id: Clean
    created: Moment = Field(alias="createdTime")
    file_name: Clean | None = Field(None, alias="fileName")
    title: Clean | None = None
    purpose: Clean | None = None
    size: float | None = None
    type: Clean | None = None
    live: bool | None = Field(None, alias="liveMode")
    links: tuple[dict[str, Any], ...] | None = None

    @property
    def name(self) -> str:
        """What to call the file."""
        return self.file_name or self.title or self.id

    @property
    def bytes(self) -> int | None:
        """Its size, which the vendor's own client takes for a float."""
        return None if self.size is None else int(self.size)

    @property
    def linked(self) -> LinkedFile:
        """The file as a link shows it."""
        return LinkedFile(self.id, self.name, self.bytes, self.media_type)

    @property
    def media_type(self) -> str:
        """What the file's type or name tells; else empty."""
        return MEDIA_TYPES.get((self.type or "").lower().lstrip("."), "") or media_type_of(self.name)


def stored(value: object) -> StoredFile:
    """Return one JSON object as the service's own file; raises Unintelligible."""
    return parse(StoredFile, value)


def file_from(value: object, *, account: str) -> File:
    """Return the file in one JSON object; raises Unintelligible."""
    shape = stored(value)
    facts = {"Purpose": shape.purpose, "Title": shape.title, "Type": shape.type, "Mode": mode_of(shape.live)}
    return File(
        account=account,
        id=shape.id,
        name=shape.name,
        size=shape.bytes,
        created_at=shape.created,
        media_type=shape.media_type,
        link_count=len(shape.links or ()),
        facts=MappingProxyType({title: text for title, text in facts.items() if text}),
    )


def files_query(wanted: Wanted, cursor: str | None) -> Query:
    """Return the parameters of one page of the files."""
    query = {
        "purpose": wanted.purpose,
        "fileName": wanted.name,
        "title": wanted.title,
        "type": wanted.type,
        "size[gte]": "" if wanted.smallest is None else str(wanted.smallest),
        "size[lte]": "" if wanted.largest is None else str(wanted.largest),
    }
    return page_query(wanted, cursor) | {name: value for name, value in query.items() if value}


def media_type_of(name: str) -> str:
    """Return the media type of a file that is taken; empty for any other."""
    return MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "") if "." in name else ""


def check_upload(name: str, size: int) -> None:
    """Raise InvalidInput for a file that Digital River does not take."""
    if not media_type_of(name):
        raise InvalidInput("file", f"“{name}” is none of those that are taken: CSV, JPG, PDF, PNG")
    if size > LARGEST_FILE:
        raise InvalidInput("file", f"“{name}” has more than the 10 MiB that are taken")


def is_record(body: bytes) -> bool:
    """Tell whether what came for a file's bytes is its record, as the vendor's own client models it."""
    try:
        value = json.loads(body)
    except ValueError:
        return False
    return isinstance(value, dict) and set(value) == {"id", "fileName"}
