"""Where a link server answers for the links of an account: at an address, or on this machine.

The daemon writes down in a small file where its own is reached from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linktui.model.capability import HERE
from linktui.model.errors import DaemonNotRunning

PUBLIC_FILE = "public"


@dataclass(frozen=True, slots=True)
class LinksAt:
    """What `Limits.links_at` says, and where this machine's own server keeps its things."""

    place: str
    server: Path

    def __bool__(self) -> bool:
        return bool(self.place)

    def url(self) -> str:
        """Return what links begin with; raises DaemonNotRunning where this machine's server never ran."""
        if self.place != HERE:
            return self.place
        try:
            return (self.server / PUBLIC_FILE).read_text(encoding="ascii").strip()
        except OSError as error:
            raise DaemonNotRunning from error
