"""One request that linktui made to a service, as the list of calls shows it: nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call and what came of it."""

    at: datetime
    account: str
    method: str
    path: str
    """Without a query; the paths of share URLs and upload sessions are masked."""
    seconds: float
    status: int | None = None
    """None when no answer came."""
    request_id: str = ""
    error: str = ""
    """The kind of failure, in one or two words; empty for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """A write as it would have been sent, its secrets masked."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    """Text of the body; a file's bytes are said by their number."""
