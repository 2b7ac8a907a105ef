"""What a service can do and within which limits: data that the doors read instead of its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from linktui.model.errors import Unsupported
from linktui.model.link import LinkKind


class Ability(StrEnum):
    """One thing a service may or may not be able to do."""

    CHANGE_EXPIRY = "change the expiry"
    REVIVE = "revive an expired link"
    NEVER_EXPIRE = "make links that never expire"
    REVOKE = "revoke a link"
    DELETE_LINK = "delete a link"
    RENAME = "rename a link"
    CHANGE_KIND = "change the kind"
    PASSWORD = "protect a link with a password"  # noqa: S105 - an ability's name, no secret
    DOWNLOAD_LIMIT = "limit the downloads"
    SLUG = "choose the address"
    METADATA = "keep metadata"
    EDIT_FILES = "change a link's files"
    DOWNLOAD_LOG = "tell who downloaded"
    DELETE_FILE = "delete a file"
    RESUME_UPLOAD = "resume an upload"


class Precision(StrEnum):
    """The smallest step of an expiry that the service keeps."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


def _nothing() -> Mapping[Ability, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The abilities and bounds of one service."""

    missing: Mapping[Ability, str] = field(default_factory=_nothing)
    """Each ability the service lacks, with the reason and the substitute in one clause."""
    kinds: tuple[LinkKind, ...] = (LinkKind.DOWNLOAD,)
    precision: Precision = Precision.SECOND
    longest: timedelta | None = None
    shortest: timedelta = timedelta(seconds=1)
    files_per_link: int = 1
    metadata_pairs: int = 0
    metadata_key: int = 40
    metadata_value: int = 500
    largest_file: int | None = None
    """Bytes."""
    chunk_size: int = 8 * 1024 * 1024
    """Bytes sent in one request of a resumable upload."""

    def can(self, ability: Ability) -> bool:
        """Tell whether the service has `ability`."""
        return ability not in self.missing

    def require(self, ability: Ability) -> None:
        """Raise Unsupported, with the reason, unless the service has `ability`."""
        if ability in self.missing:
            raise Unsupported(ability.value, self.missing[ability])


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account at one service, by the name its owner gave it."""

    name: str
    provider: str
    limits: Limits
    live: bool = False
    """Whether acts on it move real things for real people (a live payment account)."""
    read_only: bool = False
