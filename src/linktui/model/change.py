"""What linktui did to a link or file, means to do, or cannot do: one entry of the journal and of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linktui.model.link import Link, LinkEdit, LinkSpec


class ChangeState(StrEnum):
    """How far a change came; an intent is committed before its call is made."""

    PLANNED = "planned"
    """It waits for its plan to be applied."""
    CANNOT = "cannot"
    """The service would not do it; `error` says why."""
    INTENDED = "intended"
    """Its call is under way, or somebody died while it was."""
    DONE = "done"
    FAILED = "failed"
    STALE = "stale"
    """Left undone: the link was changed elsewhere since the plan was made."""
    STOPPED = "stopped"
    """Left undone: a person stopped it."""

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self in {ChangeState.PLANNED, ChangeState.INTENDED}


class Verb(StrEnum):
    """What is done to a link."""

    CREATE = "create"
    UPDATE = "update"
    EXPIRE = "expire"
    REVOKE = "revoke"
    DELETE = "delete"
    MOVE = "move"
    """Its files go to another account and get a new link there."""

    @property
    def ends(self) -> bool:
        """Whether the link gives nothing afterwards."""
        return self in {Verb.EXPIRE, Verb.REVOKE, Verb.DELETE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One change of one link as somebody wants it, checked against what its service can do."""

    account: str
    """Where the change is made: for a move, where the link goes."""
    verb: Verb
    link: Link | None = None
    """The link as it was when this was wanted; None for a new one."""
    edit: LinkEdit | None = None
    spec: LinkSpec | None = None
    file_ids: tuple[str, ...] = ()
    reason: str = ""
    """Why it cannot be done, in one sentence; empty when it can."""
    final: bool = False
    """Whether nothing can undo it."""
    calls: int = 1
    """How many calls it takes."""
    phase: int = 0
    """Everything of a lower phase is done before it."""
    renewable: bool = False
    """Whether, though it cannot be done, a new link could stand in for it."""

    @property
    def name(self) -> str:
        """What the link is called."""
        if self.link is not None:
            return self.link.name
        return (self.spec.name if self.spec is not None else "") or "new link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act on one thing."""

    id: int
    at: datetime
    """When it was wanted, and once it was begun, when that was."""
    account: str
    verb: str
    """A `Verb`, or upload, delete_file, delete_version or restore_version."""
    subject: str
    """The id of the link or file; empty while a new one has none yet."""
    name: str = ""
    detail: str
    """What was changed, without secrets, such as `expires_at: 2026-12-01T23:59:59Z`."""
    state: ChangeState
    error: str = ""
    plan: int | None = None
    """The number of the plan it belongs to; None for what is no change of a link."""
    intent: Intent | None = None
    """The change itself, where it is one of a link."""
    after: Link | None = None
    """The link as it was left."""
    key: str = ""
    """What makes a repeated creation the same one."""
    tried: bool = False
    """Whether it was ever begun: it may have been made, whatever was heard of it."""
