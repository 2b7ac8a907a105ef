"""What can be asked of a link in a filter, field by field, and how the values after them are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TypeVar

from linktui.model.condition import (
    Amount,
    AmountIs,
    Condition,
    Final,
    Happens,
    Has,
    HasPair,
    KindIn,
    Moment,
    Not,
    Pairs,
    Sign,
    Some,
    StateIn,
    Text,
    TextIs,
    Thing,
)
from linktui.model.errors import FilterError, InvalidInput
from linktui.model.expiry import moment_of, parse_duration
from linktui.model.link import LinkKind, LinkState
from linktui.model.sizes import SIZE, bytes_of
from linktui.model.when import Ago, Ahead, ByCalendar, When

E = TypeVar("E", bound=StrEnum)

LONGEST = timedelta(days=365 * 1000)
_MOST = 2**53
_NONE = {"never", "none"}
_ALIVE = frozenset(state for state in LinkState if state.alive)
_STATES = {state.value: frozenset({state}) for state in LinkState}
_STATES |= {"alive": _ALIVE, "ended": frozenset(LinkState) - _ALIVE}
_OTHER_WAY = {Sign.BELOW: Sign.ABOVE, Sign.UP_TO: Sign.FROM, Sign.ABOVE: Sign.BELOW, Sign.FROM: Sign.UP_TO}
_NUMBER = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([t ].*)?|today|yesterday")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""A leap year, by which a phrase is tried before it is read at its own time."""
_SHOWN = 40
"""Characters of a wrong value that an error repeats."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value after a field, and where it stands."""

    text: str
    at: int
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A test as it was typed: `name.key sign value|value`."""

    text: str
    """The whole filter."""
    at: int
    name: str
    key: str | None
    sign: str
    sign_at: int
    values: tuple[Value, ...]
    zone: tzinfo | None

    def fault(self, value: Value, reason: str) -> FilterError:
        """Return the error that points at a value."""
        subject = value.text if len(value.text) <= _SHOWN else f"{value.text[:_SHOWN]}…"
        return FilterError(f"“{subject}”", reason, text=self.text, position=min(value.at, len(self.text) - 1))

    @property
    def comparison(self) -> Sign:
        """How the value is compared, with != and : taken for =."""
        return Sign.EQUAL if self.sign in {":", "!="} else Sign(self.sign)


def condition_of(asked: Asked) -> Condition:
    """Return what a test says; raises FilterError."""
    read = _FIELDS.get(asked.name)
    if read is None or (asked.key is not None and asked.name not in set(Pairs)):
        written = asked.text[asked.at : asked.sign_at]
        reason = f"is no field; there are {', '.join(FIELDS)}. Quotes make it a plain word"
        raise FilterError(f"“{written}”", reason, text=asked.text, position=asked.at)
    if len(asked.values) > 1 and asked.comparison is not Sign.EQUAL:
        raise asked.fault(asked.values[1], f"is one value too many after {asked.sign}")
    found = [read(asked, value) for value in asked.values]
    either = found[0] if len(found) == 1 else Some(tuple(found))
    return Not(either) if asked.sign == "!=" else either


def _state(asked: Asked, value: Value) -> Condition:
    _equality(asked)
    states = _STATES.get(value.text.lower())
    if states is None:
        raise asked.fault(value, f"is no state; write {_or(_STATES)}")
    return StateIn(states)


def _kind(asked: Asked, value: Value) -> Condition:
    _equality(asked)
    return KindIn(frozenset({_member(asked, value, LinkKind, "is no kind")}))


def _has(asked: Asked, value: Value) -> Condition:
    _equality(asked)
    return Has(_member(asked, value, Thing, "is nothing that a link has"))


def _text(asked: Asked, value: Value) -> Condition:
    _equality(asked)
    of = Text(asked.name)
    # A part of an account's name would also be a part of another one's.
    whole = asked.sign != ":" or of in {Text.ACCOUNT, Text.SERVICE}
    return TextIs(of, value.text.casefold(), whole)


def _pair(asked: Asked, value: Value) -> Condition:
    _equality(asked)
    of = Pairs(asked.name)
    if asked.key is None:
        return HasPair(of, value.text.casefold())
    return HasPair(of, asked.key.casefold(), value.text.casefold(), asked.sign != ":")


def _amount(asked: Asked, value: Value) -> Condition:
    if asked.name == Amount.LIMIT and value.text.lower() in _NONE:
        _equality(asked)
        return Not(Has(Thing.LIMIT))
    if _NUMBER.fullmatch(value.text) is None:
        raise asked.fault(value, "is no number; write 0, 3 or 100")
    return AmountIs(Amount(asked.name), asked.comparison, int(value.text))


def _size(asked: Asked, value: Value) -> Condition:
    match = SIZE.fullmatch(value.text.lower())
    if match is None:
        raise asked.fault(value, "is no size; write 500k, 10MB, 1.5GB or 10MiB")
    number = bytes_of(match)
    if number > _MOST:
        raise asked.fault(value, "is more than any link has")
    return AmountIs(Amount.SIZE, asked.comparison, number)


def _expires(asked: Asked, value: Value) -> Condition:
    if _words(value) in _NONE:
        _equality(asked)
        return Not(Has(Thing.EXPIRY))
    return Happens(Moment.EXPIRES, asked.comparison, _ahead(asked, value))


def _final(asked: Asked, value: Value) -> Condition:
    if _words(value) in _NONE:
        _equality(asked)
        return Final(Sign.EQUAL, None)
    return Final(asked.comparison, _ahead(asked, value))


def _ahead(asked: Asked, value: Value) -> When:
    """Return the time of a value that lies ahead unless it says otherwise: `24h`, `-7d`, `fri 17:00`."""
    words = _words(value)
    ago = words.startswith("-")
    if words == "now":
        return Ago(timedelta(0))
    if length := _length(asked, value, words.removeprefix("-")):
        _inequality(asked, value)
        return Ago(length) if ago else Ahead(length)
    return _calendar(asked, value, words)


def _happened(asked: Asked, value: Value) -> Condition:
    words, of = _words(value), Moment(asked.name)
    if length := _length(asked, value, words):
        _inequality(asked, value)
        # A length of time is an age here: older than a week is before a week ago.
        return Happens(of, _OTHER_WAY[asked.comparison], Ago(length))
    if _DAY.fullmatch(words) is None:
        raise asked.fault(value, "is no age and no day; write 24h, 7d, 2026-12-01, today or yesterday")
    return Happens(of, asked.comparison, _calendar(asked, value, words))


def _words(value: Value) -> str:
    return " ".join(value.text.lower().split())


def _length(asked: Asked, value: Value, words: str) -> timedelta | None:
    """Return the length of time that words are, or None for other words."""
    if len(words) > _SHOWN:
        raise asked.fault(value, "is no time")
    try:
        length = parse_duration(words)
    except InvalidInput:
        return None
    if length > LONGEST:
        raise asked.fault(value, "is longer than a thousand years")
    return length


def _calendar(asked: Asked, value: Value, words: str) -> When:
    when = ByCalendar(words, asked.zone)
    try:
        if words != "yesterday":
            moment_of(words, now=_LONG_AGO, zone=asked.zone)
    except InvalidInput as error:
        example = "24h, 7d, 2026-12-01, today, “fri 17:00” in quotes, or never"
        raise asked.fault(value, f"is no time; write {example}") from error
    return when


def _member(asked: Asked, value: Value, kind: type[E], wrong: str) -> E:
    try:
        return kind(value.text.lower())
    except ValueError as error:
        raise asked.fault(value, f"{wrong}; write {_or(kind)}") from error


def _equality(asked: Asked) -> None:
    if asked.comparison is not Sign.EQUAL:
        reason = f"does not go with this; write {asked.name}: or {asked.name}!="
        raise FilterError(f"“{asked.sign}”", reason, text=asked.text, position=asked.sign_at)


def _inequality(asked: Asked, value: Value) -> None:
    if asked.comparison is Sign.EQUAL:
        reason = f"is a length of time; write {asked.name}<{value.text} or {asked.name}>{value.text}"
        raise asked.fault(value, reason)


def _or(words: object) -> str:
    *many, last = [str(word) for word in words]  # type: ignore[attr-defined]
    return f"{', '.join(many)} or {last}"


_FIELDS: dict[str, Callable[[Asked, Value], Condition]] = {
    "state": _state,
    "expires": _expires,
    "final": _final,
    "created": _happened,
    "updated": _happened,
    "kind": _kind,
    "account": _text,
    "service": _text,
    "name": _text,
    "file": _text,
    "id": _text,
    "tag": _pair,
    "option": _pair,
    "has": _has,
    "downloads": _amount,
    "limit": _amount,
    "size": _size,
}
FIELDS = tuple(f"{name}.KEY" if name in set(Pairs) else name for name in _FIELDS)
"""Every field as an error and the help name it."""
