"""What can happen that a hook is run for, and what became of that run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_BEFORE_DAYS = 60
"""Days before a link's end that can be asked for."""


class Event(StrEnum):
    """What happens, by the name that the configuration has for it."""

    UPLOAD_DONE = "upload.done"
    UPLOAD_FAILED = "upload.failed"
    LINK_CREATED = "link.created"
    """A link that is new is in the list, whoever made it."""
    LINK_EXPIRING = "link.expiring"
    """Its end is less than `before` away. A link that never had more time than that is left out."""
    LINK_EXPIRED = "link.expired"
    LINK_DOWNLOADED = "link.downloaded"
    """Its service counts more downloads than it did; how many is told, not each."""
    PLAN_SETTLED = "plan.settled"
    """Nothing of a plan is still to be done."""

    @property
    def of(self) -> str:
        """What it happens to: link, upload or plan."""
        return self.value.partition(".")[0]


class ErrandState(StrEnum):
    """Where a run of a hook stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"
    """The daemon ended while it ran: whether it was done nobody knows, and it is not run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One event that one hook is run for."""

    id: int
    at: datetime
    hook: str
    """The hook's name; empty for notifications."""
    event: Event
    account: str
    subject: str
    """The id of the link or upload, or the number of the plan."""
    detail: str = ""
    """`before` as it stands in the configuration, or how many downloads came."""
    state: ErrandState = ErrandState.WAITING
    ended_at: datetime | None = None
    trouble: str = ""
    """Why it failed, in one sentence without an address."""

    @property
    def more(self) -> dict[str, object]:
        """What is told of the event besides what it is about."""
        match self.event:
            case Event.LINK_EXPIRING:
                return {"before": self.detail}
            case Event.LINK_DOWNLOADED:
                return {"downloaded": int(self.detail)}
        return {}
