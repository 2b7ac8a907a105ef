"""Links of the catalogue, as the dialects make them: one file, and an expiry in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import apsw

from linktui.linkserver.blobs import new_blob_id
from linktui.linkserver.catalog import links
from linktui.linkserver.catalog.rows import LinkRow
from linktui.model.slugs import new_slug


def share(
    db: apsw.Connection,
    file_id: str,
    *,
    kind: Literal["view", "download"],
    expires_at: int | None,
    metadata: Mapping[str, str] | None = None,
    now: int,
) -> LinkRow:
    """Return a new link to one file, named after it."""
    link_id = f"l_{new_blob_id()}"
    values: dict[str, str | int | None] = {
        "id": link_id,
        "kind": kind,
        "name": "",
        "slug": new_slug(),
        "expires_at": expires_at,
    }
    links.create(db, values, now=now)
    links.set_files(db, link_id, [(file_id, "")])
    links.name_by_first_file(db, link_id)
    links.merge_metadata(db, link_id, metadata or {})
    return links.get(db, link_id)


def over(link: LinkRow, now: int) -> bool:
    """Tell whether a link has expired, or was taken back by the owner; see `objects.EXPIRED`."""
    return link.state(now) in {"expired", "revoked"}
