"""A file kept by a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One stored file as the service last told it."""

    account: str
    id: str
    name: str
    size: int | None
    """Bytes; None where the service does not tell."""
    created_at: datetime
    media_type: str = ""
    sha256: str = ""
    """Lower-case hex, where the service tells; else empty."""
    link_count: int = 0
    """Links that hold this file, dead ones too."""
    from_link: str | None = None
    """The upload link it came in through, if any."""
    expires_at: datetime | None = None
    """When the service removes it; None means never, or that nobody tells."""
    linkable: str = ""
    """Why no link can be made to it, in one clause; empty when one can."""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What else the service tells, by title, such as a purpose or a state."""
