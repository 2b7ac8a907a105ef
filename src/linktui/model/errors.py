"""Every error linktui raises on purpose, as one tree of facts.

LinktuiError
├── InvalidInput             what a person or a caller gave cannot be used
│   ├── FilterError          a filter cannot be read; points at the character
│   ├── TargetTaken          there is a file already where one is to be put
│   └── SheetFaults          links written as text, TOML or CSV have faults, each at its line
├── Unsupported              the service has no such ability
├── ProviderError            a service answered with an error, or not at all
│   ├── Unauthorized         the secret is missing, wrong or not allowed to do this
│   │   └── SecretMissing    it cannot be got from where it is kept
│   ├── ReadOnly             the account is set to refuse every write
│   ├── NotFound             the thing is not there (any more)
│   ├── Conflict             the state of the thing does not allow it (also: changed meanwhile)
│   ├── RateLimited          too many calls; says when to come back
│   ├── Rejected             the service understood and refused
│   ├── Unavailable          no answer, or a passing fault on the other side
│   └── Unintelligible       an answer that is not what the service's contract says
├── TransferError            an upload cannot go on
│   ├── SourceUnreadable     the file cannot be opened or read
│   ├── SourceChanged        the file is not the one that was queued
│   ├── DigestMismatch       what arrived is not what was sent
│   └── SessionLost          the service forgot an unfinished upload
├── StorageError             the local database or directory
│   ├── DatabaseCorrupt
│   ├── DatabaseTooNew       written by a newer linktui
│   └── StorageUnusable      not writable, full, or not a directory
└── DaemonError              the background process
    ├── DaemonNotRunning
    ├── DaemonStartFailed
    ├── LeaseHeld            another daemon serves this data directory
    └── PortTaken            the link server's address is in use by another program

An error carries facts, never sentences for people: those are made in `linktui.model.wording`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class LinktuiError(Exception):
    """Any failure that linktui knows about."""


class InvalidInput(LinktuiError):
    """What was given cannot be used.

    `field` is what it was given for, `reason` a clause that says what is wrong and what is allowed.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class FilterError(InvalidInput):
    """A filter cannot be read; `position` is the character (from 0) of `text` where it goes wrong."""

    def __init__(self, field: str, reason: str, *, text: str, position: int) -> None:
        super().__init__(field, reason)
        self.text = text
        self.position = position


class TargetTaken(InvalidInput):
    """There is something already where a file is to be put, and it is not to be replaced."""

    def __init__(self, path: Path) -> None:
        super().__init__("target", f"{path} is there already; name another, or replace it")
        self.path = path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong at one line (from 1) of a sheet, in one sentence."""

    line: int
    sentence: str


class SheetFaults(InvalidInput):
    """Links written as text, TOML or CSV cannot be read; every fault is there, by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        first = self.faults[0]
        more = f" (and {len(self.faults) - 1} more like it)" if len(self.faults) > 1 else ""
        super().__init__(f"line {first.line}", f"has a fault: {first.sentence.rstrip('.')}{more}")


class Unsupported(LinktuiError):
    """The service has no such ability; `reason` says why and names the substitute."""

    def __init__(self, ability: str, reason: str) -> None:
        super().__init__(f"{ability}: {reason}")
        self.ability = ability
        self.reason = reason


class ProviderError(LinktuiError):
    """A service answered with an error, or not at all.

    `message` is the service's own sentence, cleaned of control characters and secrets.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        code: str | None = None,
        field: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.field = field
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds to wait before the next try, where the service said so."""


class Unauthorized(ProviderError):
    """The secret is missing, wrong or not allowed to do this."""


class SecretMissing(Unauthorized):
    """The secret cannot be got from where the account says it is kept."""

    def __init__(self, reference: str, reason: str) -> None:
        super().__init__(reason)
        self.reference = reference
        self.reason = reason


class ReadOnly(ProviderError):
    """The account is set to refuse every write."""


class NotFound(ProviderError):
    """The thing is not there (any more)."""


class Conflict(ProviderError):
    """The state of the thing does not allow it, or it was changed meanwhile."""


class RateLimited(ProviderError):
    """Too many calls; `retry_after` says when to come back."""


class Rejected(ProviderError):
    """The service understood the call and refused it."""


class Unavailable(ProviderError):
    """No answer, or a passing fault on the other side: worth another try."""


class Unintelligible(ProviderError):
    """The answer is not what the service's contract says, such as a captive portal's page."""


class TransferError(LinktuiError):
    """An upload cannot go on."""


class SourceUnreadable(TransferError):
    """The file cannot be opened or read; `reason` is the system's own word for it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


class SourceChanged(TransferError):
    """The file is not the one that was queued: its size, time or identity differ."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self.path = path


class BegunAnew(TransferError):
    """An upload has to begin again; `given_up` says that it did so often enough."""

    def __init__(self, *, given_up: bool = False) -> None:
        super().__init__()
        self.given_up = given_up


class DigestMismatch(BegunAnew):
    """What arrived is not what was sent."""


class SessionLost(BegunAnew):
    """The service forgot an unfinished upload; it has to begin again."""


class StorageError(LinktuiError):
    """The local database or directory cannot be used; `path` names it."""

    def __init__(self, path: Path, reason: str = "") -> None:
        super().__init__(f"{path}: {reason}" if reason else str(path))
        self.path = path
        self.reason = reason


class DatabaseCorrupt(StorageError):
    """The database is damaged."""


class DatabaseTooNew(StorageError):
    """The database was written by a newer linktui."""


class StorageUnusable(StorageError):
    """The directory or database cannot be read or written."""


class DaemonError(LinktuiError):
    """The background process."""


class DaemonNotRunning(DaemonError):
    """No daemon serves this data directory."""


class DaemonStartFailed(DaemonError):
    """The daemon did not come up; `reason` is the last line it logged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LeaseHeld(DaemonError):
    """Another daemon serves this data directory."""

    def __init__(self, pid: int) -> None:
        super().__init__(str(pid))
        self.pid = pid


class PortTaken(DaemonError):
    """The link server's address is in use by another program."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.host = host
        self.port = port
