"""What a filter says of a link, as a tree: all of, any of, not, and the tests at its leaves.

A test is true or false, never unknown: a count that nobody keeps is neither 0 nor more than 3, so that
both tests are false and the negation of each is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linktui.model.link import LinkKind, LinkState
from linktui.model.when import STEP, Ahead, When


class Sign(StrEnum):
    """How a value is compared."""

    BELOW = "<"
    UP_TO = "<="
    ABOVE = ">"
    FROM = ">="
    EQUAL = "="


class Text(StrEnum):
    """A text of a link."""

    NAME = "name"
    FILE = "file"
    ID = "id"
    ACCOUNT = "account"
    SERVICE = "service"


class Moment(StrEnum):
    """A moment in a link's life."""

    EXPIRES = "expires"
    CREATED = "created"
    UPDATED = "updated"


class Amount(StrEnum):
    """A number of a link."""

    DOWNLOADS = "downloads"
    LIMIT = "limit"
    SIZE = "size"


class Thing(StrEnum):
    """Something that a link has or lacks."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    LIMIT = "limit"
    EXPIRY = "expiry"
    FILES = "files"
    TAGS = "tags"


class Pairs(StrEnum):
    """Keys with values."""

    TAG = "tag"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Every:
    """All parts are true; with no part it is true."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not true."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Word:
    """A casefolded word occurs in what can be searched; unless it is exact, also with letters left out."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class TextIs:
    """A text of the link is (`whole`) or holds the given one, both casefolded."""

    of: Text
    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class HasPair:
    """A pair has this key, and where `value` is given, is or holds it; both casefolded."""

    of: Pairs
    key: str
    value: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class StateIn:
    """The link's state is one of these."""

    states: frozenset[LinkState]


@dataclass(frozen=True, slots=True)
class KindIn:
    """The link's kind is one of these."""

    kinds: frozenset[LinkKind]


@dataclass(frozen=True, slots=True)
class AmountIs:
    """A number of the link, where it is known, compares so."""

    of: Amount
    sign: Sign
    number: int


@dataclass(frozen=True, slots=True)
class Has:
    """The link has such a thing."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class Happens:
    """A moment of the link, where there is one, compares so; an end that never comes is later than all."""

    of: Moment
    sign: Sign
    when: When

    def bounds(self, now: datetime) -> tuple[datetime | None, datetime | None] | None:
        """Return from when on and before when it has to be (None: any); None for a day that is none."""
        span = self.when.span(now)
        if span is None:
            return None
        begins, ends = span
        # “within 24 h” is a time that begins now: what ended last year does not end within a day.
        since = now + STEP if isinstance(self.when, Ahead) else None
        match self.sign:
            case Sign.BELOW:
                return since, begins
            case Sign.UP_TO:
                return since, ends
            case Sign.ABOVE:
                return ends, None
            case Sign.FROM:
                return begins, None
            case Sign.EQUAL:
                return begins, ends


@dataclass(frozen=True, slots=True)
class Final:
    """The last moment at which a link can be saved compares so; None for `when` is one that never comes.

    It depends on what the accounts can do: `final_filter` says it in the other tests before links are read.
    """

    sign: Sign
    when: When | None


Test = Word | TextIs | HasPair | StateIn | KindIn | AmountIs | Has | Happens
Condition = Every | Some | Not | Test | Final
