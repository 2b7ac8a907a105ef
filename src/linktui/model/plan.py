"""A plan: changes to several links, to be looked at before they are made, and undone after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from linktui.model.change import ChangeState, Verb


class PlanState(StrEnum):
    """How far a plan came."""

    DRAFT = "draft"
    """Nothing of it was sent."""
    APPLYING = "applying"
    PAUSED = "paused"
    STOPPING = "stopping"
    """What is under way ends; the rest is left."""
    SETTLED = "settled"
    """Nothing of it is still to be done; what failed can be retried."""

    @property
    def running(self) -> bool:
        """Whether the daemon works on it."""
        return self in {PlanState.APPLYING, PlanState.STOPPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan, by the number that people know it by."""

    id: int
    at: datetime
    title: str
    state: PlanState
    counts: Mapping[ChangeState, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many of its changes stand where."""
    hold_until: datetime | None = None
    """Before this moment nothing is sent that cannot be undone."""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    trouble: str = ""
    """Why it paused by itself, in one sentence."""
    undo_of: int | None = None
    """The plan that this one takes back."""
    undone_by: int | None = None
    """The plan that took this one back."""

    @property
    def size(self) -> int:
        """How many changes it has."""
        return sum(self.counts.values())

    def count(self, *states: ChangeState) -> int:
        """Return how many changes stand at any of some states."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def settled(self) -> int:
        """How many changes are over, one way or another."""
        return self.size - self.count(ChangeState.PLANNED, ChangeState.INTENDED)

    @property
    def unwell(self) -> int:
        """How many changes were begun and not made, or cannot be."""
        return self.count(ChangeState.FAILED, ChangeState.STALE, ChangeState.CANNOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a plan asks of one account."""

    account: str
    changes: int
    calls: int
    takes: timedelta
    """At the account's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is to be known of a plan before it is applied."""

    verbs: Mapping[Verb, int]
    """How many changes of each kind can be made."""
    cannot: int
    renewable: int
    """How many of what cannot be done a new link could stand in for."""
    finals: Mapping[Verb, int]
    """How many changes of each kind cannot be undone once they are made."""
    shares: tuple[Share, ...]
    live_ends: int
    """How many links of live accounts it ends."""

    @property
    def changes(self) -> int:
        """How many changes can be made."""
        return sum(self.verbs.values())

    @property
    def final(self) -> int:
        """How many cannot be undone once they are made."""
        return sum(self.finals.values())

    @property
    def calls(self) -> int:
        """How many calls that takes."""
        return sum(share.calls for share in self.shares)

    @property
    def takes(self) -> timedelta:
        """How long it takes: the accounts are worked on side by side."""
        return max((share.takes for share in self.shares), default=timedelta(0))
