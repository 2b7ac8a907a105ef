"""A file kept by a service, the versions it had, and the folder it is in."""

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
    folder: str = ""
    """Where it is, as `reports/2026/`; empty at the top, and where a service has no folders."""
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


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of an account that keeps its files in folders."""

    account: str
    path: str
    """Its names from the top, each with a slash behind it."""
    created_at: datetime | None = None
    """None where the service does not tell, as of most folders."""

    @property
    def name(self) -> str:
        """Return its last name."""
        return self.path[:-1].rpartition("/")[2]

    @property
    def parent(self) -> str:
        """Return the path of the folder it is in; empty for the top."""
        return parent_of(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One of the states that a stored file had."""

    id: str
    created_at: datetime
    size: int | None
    """Bytes; None for a deletion."""
    is_newest: bool = False
    is_deletion: bool = False
    """Whether it says no more than that the file was deleted then."""


def parent_of(path: str) -> str:
    """Return the folder that a folder is in; the top is its own."""
    above, slash, _ = path[:-1].rpartition("/")
    return above + slash
