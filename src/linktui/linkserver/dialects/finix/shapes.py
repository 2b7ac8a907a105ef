"""Finix's objects, as JSON; a field without a value is null."""

from __future__ import annotations

from pathlib import PurePosixPath

import apsw

from linktui.linkserver.catalog import files, links
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.sharing import over
from linktui.linkserver.times import from_ms

NAME = "finix"
FILE, LINK = "file", "link"
REVIEW_MS = 2_000
"""How long an upload is PENDING before it is UPLOADED."""


class Shapes:
    """Makes the JSON, as of one moment."""

    def __init__(self, db: apsw.Connection, *, base_url: str, username: str, now: int) -> None:
        self._db = db
        self._base_url = base_url
        self._username = username
        self._now = now

    def file(self, file: Object) -> Fields:
        """Return a File."""
        row = None if file.subject is None else files.get(self._db, file.subject)
        fields = file.fields
        return {
            "id": file.id,
            "created_at": moment(file.created_at),
            "updated_at": moment(fields["updated_at"]),
            "application_id": "APlinktui",
            "display_name": fields["display_name"] or f"FILE_({file.id})",
            "extension": None if row is None else PurePosixPath(row.name).suffix.removeprefix(".") or None,
            "file_name": None if row is None else row.name,
            "identity_id": None,
            **({"linked_to": fields["linked_to"]} if fields["linked_to"] else {}),
            "linked_type": "MERCHANT",
            "platform_id": "PLlinktui",
            "status": self._status(file),
            "tags": fields["tags"],
            "type": fields["type"],
        }

    def link(self, link: Object) -> Fields:
        """Return an external link; `duration` comes back null, as it does at Finix."""
        fields = link.fields
        return {
            "id": link.id,
            "created_at": moment(link.created_at),
            "duration": None,
            "expired": self.is_over(link),
            "expires_at": moment(fields["expires_at"]),
            "file_id": link.parent,
            "tags": fields["tags"],
            "type": fields["type"],
            "url": f"{self._base_url}/s3/{fields['token']}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Date={from_ms(link.created_at):%Y%m%dT%H%M%SZ}&X-Amz-SignedHeaders=host"
            f"&X-Amz-Expires={(fields['expires_at'] - link.created_at) // 1000 - 1}&X-Amz-Signature=0",
            "user_id": self._username,
        }

    def is_over(self, link: Object) -> bool:
        """Tell whether a link has run out, or was taken back by the owner of the server."""
        if link.fields["expires_at"] <= self._now:
            return True
        return link.subject is not None and over(links.get(self._db, link.subject), self._now)

    def _status(self, file: Object) -> str:
        if file.subject is None:
            return "REQUIRES_UPLOAD"
        return "PENDING" if self._now - file.fields["uploaded_at"] < REVIEW_MS else "UPLOADED"


def moment(ms: int) -> str:
    """Return ISO 8601 with fractions whose trailing zeros are dropped, as Finix writes it."""
    return f"{from_ms(ms):%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".") + "Z"
