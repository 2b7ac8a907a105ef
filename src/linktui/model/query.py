"""Which links or files a list shows, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linktui.model.filter import ALL, Filter
from linktui.model.link import LinkKind, LinkState

Key = tuple[str, str]
"""What a link is known by: its account's name and its id there."""


class LinkSort(StrEnum):
    """A column of the link list that can be sorted by."""

    NAME = "name"
    KIND = "kind"
    STATE = "state"
    EXPIRES = "expires"
    DOWNLOADS = "downloads"
    ACCOUNT = "account"
    CREATED = "created"
    SIZE = "size"


class LinkGroup(StrEnum):
    """What links are kept together by."""

    ACCOUNT = "account"
    FILE = "file"
    STATE = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuery:
    """A filter and an order over all links; the empty query shows what is alive, newest first."""

    filter: Filter = ALL
    """What a person asked for; a filter that speaks of states is shown ended links too."""
    ended: bool = False
    """Whether expired, exhausted, revoked and gone links are shown too."""
    account: str | None = None
    kind: LinkKind | None = None
    states: frozenset[LinkState] = frozenset()
    """Only these; empty means any that `ended` allows."""
    file_id: str | None = None
    ends_from: datetime | None = None
    """Only links whose end is at this moment or later."""
    ends_before: datetime | None = None
    """Only links whose end is before this moment."""
    sort: LinkSort = LinkSort.CREATED
    descending: bool = True
    group: LinkGroup | None = None
    """Comes before the order. Links of one file are those of its name, which they have unless renamed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a query shows, of how many there are."""

    shown: int
    total: int


class FileSort(StrEnum):
    """A column of the file list that can be sorted by."""

    NAME = "name"
    SIZE = "size"
    CREATED = "created"
    LINKS = "links"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileQuery:
    """A filter and an order over an account's stored files."""

    text: str = ""
    account: str | None = None
    folder: str | None = None
    """Only what is right in this folder (empty is the top); None is every file, wherever it is."""
    beginning: str = ""
    """Only names that begin so, in just these letters."""
    sort: FileSort = FileSort.CREATED
    descending: bool = True
