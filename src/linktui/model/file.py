"""A file kept by a service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One stored file as the service last told it."""

    account: str
    id: str
    name: str
    size: int
    """Bytes."""
    created_at: datetime
    media_type: str = ""
    sha256: str = ""
    """Lower-case hex, where the service tells; else empty."""
    link_count: int = 0
    """Links that hold this file, dead ones too."""
    from_link: str | None = None
    """The upload link it came in through, if any."""
