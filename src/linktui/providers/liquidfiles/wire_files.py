"""An appliance's attachments, turned into files; no I/O.

https://docs.liquidfiles.com/api/v4.1/attachments/
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator

from linktui.model.errors import Unintelligible
from linktui.model.expiry import END_OF_DAY
from linktui.model.file import File
from linktui.providers.liquidfiles.wire import LooseMoment, unwrapped
from linktui.providers.shapes import Clean, Shape, in_utc, parse

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def _day_of(value: object) -> object:
    """Read the day of a moment too, and an empty text as none."""
    return (value[:10] or None) if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_day_of)]


class _Attachment(Shape):
    id: Clean
    filename: Clean | None = None
    size: int | None = None
    created_at: LooseMoment | None = None
    content_type: Clean | None = None
    checksum: Clean | None = None
    expires_at: Day = None
    filelinks: tuple[Any, ...] | None = None
    available: bool | None = None
    processed: bool | None = None
    virus_scan_required: bool | None = None
    virus_scanned: bool | None = None
    actionscript_scanned: bool | None = None
    content_blocked: bool | None = None
    content_blocked_message: Clean | None = None


def end_of(day: date | None) -> datetime | None:
    """Return the last second of a day in UTC; whose midnight an appliance means is UNCONFIRMED."""
    return None if day is None else in_utc(datetime.combine(day, END_OF_DAY, tzinfo=UTC))


def day_of(moment: datetime) -> str:
    """Return the day on which a moment is in UTC, as an appliance wants it."""
    return moment.astimezone(UTC).date().isoformat()


def file_from(value: object, *, account: str, created_at: datetime | None = None) -> File:
    """Return the file in one JSON object, made at `created_at` if it does not say; raises Unintelligible."""
    shape = parse(_Attachment, unwrapped(value, "attachment"))
    created_at = shape.created_at or created_at
    if created_at is None:
        raise Unintelligible("created_at: missing")
    checksum = shape.checksum or ""
    return File(
        account=account,
        id=shape.id,
        name=shape.filename or shape.id,
        size=shape.size,
        created_at=created_at,
        media_type=shape.content_type or "",
        sha256=checksum.lower() if _SHA256.fullmatch(checksum) else "",
        link_count=len(shape.filelinks or ()),
        expires_at=end_of(shape.expires_at),
        linkable=(shape.content_blocked_message or "its content is blocked") if shape.content_blocked else "",
        facts=MappingProxyType(_facts(shape)),
    )


def files_from(value: object, *, account: str) -> tuple[File, ...]:
    """Return every file of a list, newest first; raises Unintelligible."""
    files = [file_from(row, account=account) for row in rows_of(value, "attachments")]
    return tuple(sorted(files, key=lambda file: file.created_at, reverse=True))


def rows_of(value: object, root: str) -> list[object]:
    """Return the rows of a list that is bare, below `root`, or the only one there; raises Unintelligible."""
    if isinstance(value, dict):
        lists = [found for found in value.values() if isinstance(found, list)]
        value = value[root] if root in value else lists[0] if len(lists) == 1 else value
    if not isinstance(value, list):
        raise Unintelligible(f"no list of {root}")
    return value


def _facts(shape: _Attachment) -> dict[str, str]:
    virus_scanned = None if shape.virus_scan_required is False else shape.virus_scanned
    states = {
        "Available": shape.available,
        "Processed": shape.processed,
        "Scanned for viruses": virus_scanned,
        "Scanned by rules": shape.actionscript_scanned,
        "Content blocked": shape.content_blocked,
    }
    return {title: "yes" if state else "no" for title, state in states.items() if state is not None}
