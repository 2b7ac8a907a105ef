"""What the embedded link server can do."""

from __future__ import annotations

from linktui.model.capability import NO_VERSIONS, Ability, Limits
from linktui.model.link import LinkKind

LIMITS = Limits(
    missing={Ability.FILE_VERSIONS: NO_VERSIONS},
    kinds=(LinkKind.DOWNLOAD, LinkKind.VIEW, LinkKind.UPLOAD),
    files_per_link=100,
    chunk_size=32 * 1024 * 1024,
    metadata_pairs=50,
    metadata_key=40,
    metadata_value=500,
    parcel_file=256 * 1024,
    link_filters=frozenset({"file_id", "expired", "created_after", "created_before"}),
    rate=1000.0,
)
