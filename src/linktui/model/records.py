"""Turn models into the records that JSON, CSV, commands of the user's own and hooks are given.

Their shapes are in `linktui.cli.schema`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linktui.model.file import File, Version
from linktui.model.link import Link
from linktui.model.text import clean

if TYPE_CHECKING:  # a list of links need not wait for these
    from linktui.model.plan import Plan
    from linktui.model.transfer import Transfer

Record = dict[str, object]


def link_record(link: Link, now: datetime) -> Record:
    """Return a link as a record; `now` is its service's clock."""
    return {
        "id": link.id,
        "account": link.account,
        "provider": link.provider,
        "kind": link.kind.value,
        "state": link.state(now).value,
        "name": link.name,
        "url": link.url,
        "created_at": iso(link.created_at),
        "expires_at": iso(link.expires_at),
        "revoked_at": iso(link.revoked_at),
        "gone_at": iso(link.gone_at),
        "downloads": link.downloads,
        "download_limit": link.download_limit,
        "has_password": link.has_password,
        "files": [
            {
                "id": file.id,
                "name": file.name,
                "size": file.size,
                "media_type": file.media_type,
                "caption": file.caption,
            }
            for file in link.files
        ],
        "metadata": dict(link.metadata),
        "options": dict(link.options),
        "facts": dict(link.facts),
    }


def file_record(file: File) -> Record:
    """Return a stored file as a record."""
    return {
        "id": file.id,
        "account": file.account,
        "name": file.name,
        "folder": file.folder,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "created_at": iso(file.created_at),
        "link_count": file.link_count,
        "from_link": file.from_link,
        "expires_at": iso(file.expires_at),
        "linkable": not file.linkable,
        "facts": dict(file.facts),
    }


def path_record(path: Path) -> Record:
    """Return a file or folder of this machine as a record."""
    return {"path": str(path), "name": clean(path.name), "folder": path.is_dir()}


def version_record(version: Version) -> Record:
    """Return one version of a stored file as a record."""
    return {
        "id": version.id,
        "created_at": iso(version.created_at),
        "size": version.size,
        "is_newest": version.is_newest,
        "is_deletion": version.is_deletion,
    }


def upload_record(transfer: Transfer) -> Record:
    """Return an upload as a record."""
    return {
        "id": transfer.id,
        "account": transfer.account,
        "name": transfer.name,
        "path": clean(str(transfer.source.path)),
        "state": transfer.state.value,
        "size": transfer.size,
        "confirmed": transfer.offset,
        "sent": transfer.sent,
        "rate": round(transfer.rate),
        "attempts": transfer.attempts,
        "next_at": iso(transfer.next_at),
        "error": transfer.error or None,
        "file_id": transfer.file_id or None,
        "link_id": transfer.link_id or None,
        "url": transfer.url or None,
        "created_at": iso(transfer.created_at),
        "finished_at": iso(transfer.finished_at),
    }


def plan_head(plan: Plan) -> Record:
    """Return what a plan is and how it stands, without its changes."""
    return {
        "id": plan.id,
        "title": plan.title,
        "state": plan.state.value,
        "at": iso(plan.at),
        "began_at": iso(plan.began_at),
        "ended_at": iso(plan.ended_at),
        "hold_until": iso(plan.hold_until),
        "trouble": plan.trouble,
        "undo_of": plan.undo_of,
        "undone_by": plan.undone_by,
        "counts": {state.value: number for state, number in plan.counts.items()},
    }


def iso(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC to the second; None for none."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
