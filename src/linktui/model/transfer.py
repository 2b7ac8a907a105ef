"""An upload in the queue: what is sent, how far it is, and what comes after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from linktui.model.link import LinkSpec

MOST_SESSIONS = 3
"""How often an upload is begun before it is given up, when the service forgot it or it arrived otherwise."""


class TransferState(StrEnum):
    """Where an upload stands."""

    QUEUED = "queued"
    CREATING = "creating"
    UPLOADING = "uploading"
    COMPLETING = "completing"
    VERIFYING = "verifying"
    LINKING = "linking"
    DONE = "done"
    WAITING = "waiting"
    """For its next try, at `next_at`."""
    PAUSED = "paused"
    AUTH_NEEDED = "auth_needed"
    SOURCE_CHANGED = "source_changed"
    CONFLICT = "conflict"
    """The account holds a file of that name: somebody has to say what to do."""
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """Whether the daemon works on it right now."""
        return self in _ACTIVE

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen by itself, ever."""
        return self in {TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED}

    @property
    def stuck(self) -> bool:
        """Whether it waits for a person."""
        return self in _STUCK


_ACTIVE = {
    TransferState.CREATING,
    TransferState.UPLOADING,
    TransferState.COMPLETING,
    TransferState.VERIFYING,
    TransferState.LINKING,
    TransferState.CANCELLING,
}
_STUCK = {
    TransferState.PAUSED,
    TransferState.AUTH_NEEDED,
    TransferState.SOURCE_CHANGED,
    TransferState.CONFLICT,
    TransferState.FAILED,
}


class OnConflict(StrEnum):
    """What to do when the account already holds a file of the same name and size."""

    ASK = "ask"
    KEEP_BOTH = "keep_both"
    REUSE = "reuse"
    """Link the stored file if its digest is the same, else keep both."""
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The identity of a local file at the moment it was queued."""

    path: Path
    device: int
    inode: int
    size: int
    """Bytes."""
    mtime_ns: int
    spooled: bool = False
    """Whether linktui made the file itself (from stdin, or a ZIP) and removes it when done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One upload as the queue knows it."""

    id: str
    account: str
    source: Source
    name: str
    """The name the file gets at the service."""
    state: TransferState
    created_at: datetime
    position: int
    """Smaller goes first."""
    batch: str
    """Uploads that were queued together, and may share one link."""
    share: LinkSpec | None = None
    """The link to make when the file (or the whole batch) is there; None for none."""
    one_link: bool = False
    """Whether the whole batch shares one link."""
    on_conflict: OnConflict = OnConflict.KEEP_BOTH
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the service wants to know of the file, as `Limits.file_options` describes it."""
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    """The last error in one sentence."""
    error_kind: str = ""
    """The name of its class in `linktui.model.errors`; empty for a fault of linktui's own."""
    session: str = field(default="", repr=False)
    """The service's handle of the unfinished upload."""
    sha256: str = ""
    file_id: str = ""
    link_id: str = ""
    url: str = field(default="", repr=False)
    offset: int = 0
    """Bytes that the service has confirmed."""
    sent: int = 0
    """Bytes written to the socket, confirmed or not."""
    rate: float = 0.0
    """Bytes a second, smoothed."""
    finished_at: datetime | None = None

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.source.size

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the last byte at the present rate; None while nobody can say."""
        if self.rate <= 0 or self.state is not TransferState.UPLOADING:
            return None
        return max(0, self.size - max(self.offset, self.sent)) / self.rate
