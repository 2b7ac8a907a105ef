"""Digital River's objects, as JSON; a field without a value is not there."""

from __future__ import annotations

import apsw

from linktui.linkserver.catalog import files, links
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.sharing import over
from linktui.linkserver.times import iso

NAME = "digitalriver"
FILE, LINK = "file", "link"
MOST_LINKS = 100
"""Links shown in a file."""


class Shapes:
    """Makes the JSON, as of one moment."""

    def __init__(self, db: apsw.Connection, *, base_url: str, now: int) -> None:
        self._db = db
        self._base_url = base_url
        self._now = now

    def file(self, file: Object) -> Fields:
        """Return a File."""
        row = files.get(self._db, file.subject or "")
        page = objects.page(self._db, NAME, LINK, limit=MOST_LINKS, where={"object.parent = ?": file.id})
        shown = [self.link(link) for link in page.data]
        for link in shown:
            del link["fileId"]
        fields = {
            "id": file.id,
            "createdTime": iso(file.created_at),
            "fileName": row.name,
            "links": shown or None,
            "purpose": file.fields["purpose"],
            "title": file.fields["title"],
            "size": row.size,
            "type": file.fields["type"],
            "url": f"{self._base_url}/files/{file.id}/content",
            "liveMode": False,
        }
        return _without_nulls(fields)

    def link(self, link: Object) -> Fields:
        """Return a FileLink."""
        row = links.get(self._db, link.subject or "")
        fields = {
            "id": link.id,
            "createdTime": iso(link.created_at),
            "expired": over(row, self._now),
            "expiresTime": iso(row.expires_at),
            "fileId": link.parent,
            "liveMode": False,
            "metadata": link.fields.get("metadata"),
            "url": f"{self._base_url}/links/{link.id}",
        }
        return _without_nulls(fields)


def _without_nulls(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}
