"""LiquidFiles' objects, as JSON; those of links depend on the appliance's age.

https://docs.liquidfiles.com/api/v4.3/filelink/ and https://docs.liquidfiles.com/api/v4.1/attachments/
"""

from __future__ import annotations

import apsw

from linktui.linkserver.catalog import files, links
from linktui.linkserver.catalog.rows import DownloadRow, LinkRow
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.limits import DAY_MS
from linktui.linkserver.times import from_ms, iso

NAME = "liquidfiles"
ATTACHMENT, LINK, CHUNK = "attachment", "link", "chunk"
USER_ID = "Kq0xYJ2mDbVtR7sWn4PzLc"
ATTACHMENT_DAYS = 30
OPTIONS: Fields = {
    "slug": "",
    "require_authentication": False,
    "send_download_confirmation": True,
    "display_mode": "icons",
    "allow_download": True,
    "allow_direct_links": False,
    "recipient_limitations": [],
    "header_html": "",
    "footer_html": "",
}
"""What a link is like when nothing is said; password, expiry and captions are the catalogue's."""
_FORMER = ("require_authentication", "send_download_confirmation")
"""The options that links had before 4.3."""


class Shapes:
    """Makes the JSON."""

    def __init__(self, db: apsw.Connection, *, base_url: str, old: bool) -> None:
        self._db = db
        self._base_url = base_url
        self._old = old

    def attachment(self, attachment: Object) -> Fields:
        """Return an Attachment; it lives as long as the longest of its links."""
        file = files.get(self._db, attachment.subject or "")
        holders = links_with(self._db, attachment)
        ends = [links.get(self._db, link.subject or "").expires_at or 0 for link in holders]
        at = iso(attachment.created_at)
        return {
            "id": attachment.id,
            "filename": file.name,
            "size": file.size,
            "size_human": size_human(file.size),
            "content_type": attachment.fields["content_type"],
            "checksum": file.sha256,
            "crc32": attachment.fields["crc32"],
            "assembled": True,
            "virus_scan_required": False,
            "virus_scanned": False,
            "virus_scanned_at": None,
            "actionscript": None,
            "actionscript_scanned": False,
            "actionscript_scanned_at": None,
            "content_blocked": False,
            "content_blocked_message": None,
            "processed": True,
            "processed_at": at,
            "available": True,
            "expires_at": last_day(max(ends, default=0) or end_of_attachment(attachment)),
            "created_at": at,
            "messages": [],
            "filelinks": [link.id for link in holders],
        }

    def link(self, link: Object) -> Fields:
        """Return a FileLink; `filename` and `size` are those of its first file."""
        row = links.get(self._db, link.subject or "")
        first = row.files[0].file if row.files else None
        options = OPTIONS | link.fields
        shape = {
            "id": link.id,
            "filename": first and first.name,
            **{name: options[name] for name in _FORMER},
            "size": first and first.size,
            "size_human": first and size_human(first.size),
            "expires_at": last_day(row.expires_at),
            "url": f"{self._base_url}/link/{options['slug'] or link.id}",
            "created_at": iso(link.created_at),
            "updated_at": iso(row.updated_at),
        }
        return shape if self._old else shape | self._since_43(row, options)

    def _since_43(self, row: LinkRow, options: Fields) -> Fields:
        return {
            **{name: options[name] for name in OPTIONS if name not in _FORMER},
            "password": row.password_hash is not None,
            "file_count": len(row.files),
            "total_size": sum(attached.file.size for attached in row.files),
            "attachments": [
                {
                    "id": attachment.id,
                    "filename": file.name,
                    "size": file.size,
                    "size_human": size_human(file.size),
                    "content_type": attachment.fields["content_type"],
                    "checksum": file.sha256,
                    "crc32": attachment.fields["crc32"],
                    "caption": caption,
                }
                for attachment, caption in attached_to(self._db, row)
                for file in (files.get(self._db, attachment.subject or ""),)
            ],
        }

    def download(self, link: Object, row: LinkRow, download: DownloadRow) -> Fields:
        """Return one entry of the download log; whoever downloads is not known by name."""
        attachment = download.file_id and objects.of_subject(self._db, NAME, download.file_id)
        file = files.get(self._db, attachment.subject or "") if attachment else None
        seconds = ((download.finished_at or download.at) - download.at) / 1000
        return {
            "id": download.seq,
            "attachment_id": attachment.id if attachment else None,
            "message_id": None,
            "filelink_id": link.id,
            "filename": file.name if file else f"{row.name}.zip",
            "size": file.size if file else download.bytes,
            "content_type": attachment.fields["content_type"] if attachment else "application/zip",
            "checksum": file and file.sha256,
            "crc32": attachment.fields["crc32"] if attachment else None,
            "downloaded_at": iso(download.at),
            "user_id": USER_ID,
            "recipient": None,
            "remote_ip": download.address,
            "remote_host": download.address,
            "download_time": f"{seconds:.3f}",
            "download_speed": int(download.bytes / seconds) if seconds else download.bytes,
            "location": None,
            "user_agent": download.agent,
            "browser": None,
            "os": None,
        }


def attached_to(db: apsw.Connection, row: LinkRow) -> list[tuple[Object, str]]:
    """Return a link's attachments in order, each with its caption."""
    found = [(objects.of_subject(db, NAME, each.file.id), each.caption) for each in row.files]
    return [(attachment, caption) for attachment, caption in found if attachment is not None]


def links_with(db: apsw.Connection, attachment: Object) -> tuple[Object, ...]:
    """Return the links that hold an attachment."""
    rows = db.execute("SELECT DISTINCT link_id FROM link_file WHERE file_id = ?", (attachment.subject,))
    found = [objects.of_subject(db, NAME, str(link_id)) for (link_id,) in rows.fetchall()]
    return tuple(link for link in found if link is not None)


def end_of_attachment(attachment: Object) -> int:
    """Return when an attachment in no link ends, in milliseconds since 1970 UTC."""
    return (attachment.created_at // DAY_MS + ATTACHMENT_DAYS + 1) * DAY_MS


def last_day(ends_at: int | None) -> str | None:
    """Return the day whose end is meant, as YYYY-MM-DD in UTC."""
    return None if ends_at is None else from_ms(ends_at - 1).date().isoformat()


def size_human(size: int) -> str:
    """Return a size with three digits, such as `44.3 KB` and `2.99 MB`, as the service does."""
    if size < 1024:
        return f"{size} {'Byte' if size == 1 else 'Bytes'}"
    value, units = size / 1024, ["KB", "MB", "GB", "TB"]
    while value >= 1023.5 and len(units) > 1:
        value /= 1024
        del units[0]
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    text = f"{value:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if digits else text} {units[0]}"
