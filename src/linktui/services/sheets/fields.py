"""The cells of a link as values: what they say, whether that is anything, and what is changed by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from linktui.model.capability import Account
from linktui.model.errors import InvalidInput
from linktui.model.expiry import moment_of, parse_expiry
from linktui.model.link import Link, LinkKind
from linktui.model.option import Option
from linktui.model.phrases import NEVER
from linktui.model.text import clean
from linktui.services.rules import check_password
from linktui.services.sheets.cells import option_cell
from linktui.services.sheets.sheet import (
    EXPIRES,
    KEPT,
    KIND,
    LIMIT,
    NONE,
    RESERVED,
    TAG,
)

NOW = "now"
MOST_DOWNLOADS = 1_000_000
_COUNT = re.compile(r"(\d{1,12})(?:\.0+)?")  # some programs write a whole number as 3.0
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")

Value = datetime | LinkKind | int | str | tuple[str, ...] | None
"""What a cell says; None is never, no limit, no password, or no such tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """How the cells of one account's links are read."""

    account: Account
    now: datetime
    zone: tzinfo | None = None

    def check_key(self, key: str) -> None:
        """Raise InvalidInput for the name of a cell that its account's links do not have."""
        if key in RESERVED or (key.startswith(TAG) and key != TAG) or self.option(key) is not None:
            return
        own = [option_cell(option.key) for option in self.account.limits.link_options]
        known = ", ".join([*RESERVED[1:-1], "tag.KEY", *own])
        raise InvalidInput(f"“{key}”", f"is nothing that a link of {self.account.name} has; there is {known}")

    def option(self, key: str) -> Option | None:
        """Return the service's own option of a cell's name."""
        options = self.account.limits.link_options
        return next((option for option in options if option_cell(option.key) == key), None)

    def shown(self, key: str, text: str | None) -> Value:
        """Return what a cell that linktui wrote says; None for one that was not there."""
        if text is None or (key == EXPIRES and text == NEVER):
            return None
        if key == EXPIRES:
            return datetime.fromisoformat(text)
        if key == KIND:
            return LinkKind(text)
        return int(text) if key == LIMIT else text

    def written(self, key: str, text: str | None, link: Link | None) -> Value:
        """Return what a cell that a person wrote says; raises InvalidInput."""
        match key:
            case "expires":
                return self._end(_something(key, text), link)
            case "kind":
                return _kind(_something(key, text), link)
            case "limit":
                return _limit(text)
            case "name" | "slug":
                return _kept_as_is(key, _something(key, text))
            case "password":
                return _password(text)
            case "file":
                return _files(_something(key, text))
            case _ if key.startswith(TAG):
                return text if text is None else _kept_as_is("tag", key + text).removeprefix(key)
            case _:
                return text or ""

    def _end(self, text: str, link: Link | None) -> Value:
        words = text.strip().lower()
        if words == NOW:
            return NOW
        current = None if link is None else link.expires_at
        if words.startswith("+") and link is not None and current is None:
            raise InvalidInput("expiry", f"“{words}” is later than never; write {words[1:]}, from now on")
        if current is not None and _MOMENT.fullmatch(text):
            moment = moment_of(words, now=self.now, zone=self.zone)
            if moment == current.replace(microsecond=0):
                return moment  # though it may be over
        return parse_expiry(words, now=self.now, zone=self.zone, current=current)


def _something(key: str, text: str | None) -> str:
    if not text or not text.strip():
        raise InvalidInput(key, "is empty; take it away to leave it as it is")
    return text


def _kept_as_is(key: str, text: str) -> str:
    """Return a text; raises InvalidInput for one that no link keeps as it is written."""
    bad = next((char for char, kept in zip(text, clean(text), strict=True) if char != kept), None)
    if bad is not None:
        raise InvalidInput(key, f"holds a character that no link keeps (U+{ord(bad):04X}); take it out")
    return text


def _kind(text: str, link: Link | None) -> LinkKind:
    try:
        kind = LinkKind(text.strip().lower())
    except ValueError as error:
        known = ", ".join(kind.value for kind in LinkKind)
        raise InvalidInput("kind", f"“{text}” is none; there is {known}") from error
    if link is not None and kind is not link.kind and LinkKind.UPLOAD in {kind, link.kind}:
        raise InvalidInput("kind", f"of this link stays {link.kind.value}; add a line for another link")
    return kind


def _limit(text: str | None) -> int | None:
    if text is None or text.lower() == NONE:
        return None
    count = _COUNT.fullmatch(text)
    if count is None or int(count[1]) < 1:
        raise InvalidInput("limit", f"“{text}” is no number of downloads; write 1 or more, or none")
    if int(count[1]) > MOST_DOWNLOADS:
        raise InvalidInput("limit", f"is {MOST_DOWNLOADS:,} downloads at most; take it away for none")
    return int(count[1])


def _password(text: str | None) -> str | None:
    if text is None or text == NONE:
        return None
    if text != KEPT:
        check_password(text)
    return text


def _files(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(",") if (part := piece.strip()))
