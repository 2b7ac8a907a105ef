"""What linktui did to a link or file, and when: one entry of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeState(StrEnum):
    """How far a change came; an intent is committed before its call is made."""

    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act on one thing."""

    id: int
    at: datetime
    account: str
    verb: str
    """create, update, expire, revoke, delete, upload or delete_file."""
    subject: str
    """The id of the link or file; empty while a new one has none yet."""
    detail: str
    """What was changed, without secrets, such as `expires_at: 2026-12-01T23:59:59Z`."""
    state: ChangeState
    error: str = ""
