"""The catalogue's rows as the API's JSON."""

from __future__ import annotations

from linktui.linkserver.catalog.rows import DownloadRow, FileRow, LinkRow
from linktui.linkserver.times import iso

Json = dict[str, object]


def file_json(file: FileRow) -> Json:
    """Return a File."""
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "created_at": iso(file.created_at),
        "link_count": file.link_count,
        "from_link": file.from_link,
    }


def link_json(link: LinkRow, *, url: str, now: int) -> Json:
    """Return a Link; whether it has a password is told, nothing of it."""
    return {
        "id": link.id,
        "kind": link.kind,
        "name": link.name,
        "slug": link.slug,
        "url": url,
        "state": link.state(now),
        "created_at": iso(link.created_at),
        "updated_at": iso(link.updated_at),
        "expires_at": iso(link.expires_at),
        "revoked_at": iso(link.revoked_at),
        "downloads": link.downloads,
        "download_limit": link.download_limit,
        "has_password": link.password_hash is not None,
        "last_download_at": iso(link.last_download_at),
        "files": [
            {
                "id": attached.file.id,
                "name": attached.file.name,
                "size": attached.file.size,
                "media_type": attached.file.media_type,
                "caption": attached.caption,
            }
            for attached in link.files
        ],
        "metadata": link.metadata,
        "revision": link.revision,
    }


def download_json(download: DownloadRow) -> Json:
    """Return one entry of a link's log."""
    return {
        "id": download.seq,
        "at": iso(download.at),
        "finished_at": iso(download.finished_at),
        "state": download.state,
        "bytes": download.bytes,
        "file_id": download.file_id,
        "agent": download.agent,
        "address": download.address,
    }
