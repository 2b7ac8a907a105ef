"""Read what a person wrote into the cells of one link: the edit of a link, or what a new one should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linktui.model.capability import Ability, Account
from linktui.model.errors import InvalidInput
from linktui.model.expiry import moment_of, parse_expiry
from linktui.model.link import Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import Option
from linktui.model.phrases import NEVER
from linktui.model.text import clean
from linktui.services.rules import check_password
from linktui.services.sheets.cells import (
    EXPIRES,
    FIELDS,
    FILE,
    KEPT,
    KIND,
    LIMIT,
    NAME,
    NONE,
    PASSWORD,
    SLUG,
    TAG,
    Cells,
    cells_of,
    is_removable,
    option_cell,
    options_by_cell,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\b.*")
_MOST = 1_000_000
Reason = Callable[[str], None]
"""Takes a sentence on what is wrong."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the links of one account can be, and the time there."""

    account: Account
    now: datetime
    options: Mapping[str, Option]

    @classmethod
    def of(cls, account: Account, now: datetime) -> Ground:
        """Return the ground of an account."""
        return cls(account, now, options_by_cell(account.limits.link_options))


@dataclass(slots=True)
class _Fields:
    """What was read, as the arguments of an edit or a wanted link."""

    plain: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    def put(self, cell: str, value: Any, options: Mapping[str, Option]) -> None:
        """Take the value of one cell."""
        if cell.startswith(TAG):
            self.tags[cell[len(TAG) :]] = value
        elif cell in options:
            self.options[options[cell].key] = value
        elif cell == EXPIRES and value == "now":
            self.plain["expire_now"] = True
        else:
            self.plain[_ARGUMENTS[cell]] = value

    def arguments(self) -> dict[str, Any]:
        """Return everything that was read."""
        more = {"metadata": self.tags, "options": self.options}
        return self.plain | {name: value for name, value in more.items() if value}


_ARGUMENTS = {
    EXPIRES: "expires_at",
    KIND: "kind",
    LIMIT: "download_limit",
    NAME: "name",
    SLUG: "slug",
    PASSWORD: "password",
    FILE: "files",
}


def edit_of(
    link: Link, changes: Mapping[str, str | None], base: Cells | None, ground: Ground, *, fault: Reason
) -> LinkEdit:
    """Return what makes a link as it was written; `base` is how it was exported, None where nobody knows."""
    now = cells_of(link, ground.account.limits)
    fields = _Fields()
    for written, text in changes.items():
        cell = _canonical(written, ground)
        try:
            _check_known(cell, ground)
            value = _wanted(cell, text, link, base, ground)
        except InvalidInput as error:
            fault(f"{error.field.capitalize()} {error.reason}.")
            continue
        if _is_so(cell, value, link, now):
            continue
        if base is not None and _moved(cell, base, now):
            fault(
                f"{cell} was changed meanwhile to {_said(now.get(cell))}; write that, or # the line,"
                " and export again to change it."
            )
            continue
        fields.put(cell, value, ground.options)
    return LinkEdit(**fields.arguments())


def spec_of(
    cells: Mapping[str, str | None], ground: Ground, *, expires: str, kind: str, fault: Reason
) -> tuple[LinkSpec, tuple[str, ...]]:
    """Return what a new link should be and its files; `expires` and `kind` are what it usually gets."""
    fields, file_ids = _Fields(), ()
    said = {cell: text for cell, text in cells.items() if text}
    for written, text in ({EXPIRES: expires, KIND: kind} | said).items():
        cell = _canonical(written, ground)
        try:
            _check_known(cell, ground)
            value = _read(cell, text, None, ground)
        except InvalidInput as error:
            fault(f"{error.field.capitalize()} {error.reason}.")
            continue
        if cell == FILE:
            file_ids = value
        elif cell == EXPIRES and value == "now":
            fault("Expiry of a new link cannot be now.")
        else:
            fields.put(cell, value, ground.options)
    return LinkSpec(**fields.arguments()), file_ids


def is_same_moment(text: str, base: str, now: datetime) -> bool:
    """Tell whether two cells mean the same moment, such as one that a spreadsheet wrote its own way."""
    if not _DAY.fullmatch(text) or not _DAY.fullmatch(base):
        return text.strip().lower() == base
    try:
        return moment_of(text, now=now) == moment_of(base, now=now)
    except InvalidInput:
        return False


def _canonical(cell: str, ground: Ground) -> str:
    option = ground.options.get(cell)
    return cell if option is None or cell in FIELDS else option_cell(option)


def _check_known(cell: str, ground: Ground) -> None:
    if cell in FIELDS or cell.startswith(TAG) or cell in ground.options:
        return
    known = [*FIELDS, f"{TAG}KEY", *(option_cell(option) for option in ground.account.limits.link_options)]
    raise InvalidInput("field", f"“{clean(cell, limit=40)}” is not known; there is {', '.join(known)}")


def _wanted(cell: str, text: str | None, link: Link, base: Cells | None, ground: Ground) -> Any:
    """Return the value of a cell of a link that there is; None takes away what the cell is about."""
    if text is None:
        return None
    if cell == EXPIRES and base is not None and is_same_moment(text, base[EXPIRES], ground.now):
        return link.expires_at
    return _read(cell, text, link, ground)


def _read(cell: str, text: str, link: Link | None, ground: Ground) -> Any:
    if cell.startswith(TAG):
        return _tag(cell[len(TAG) :], text, ground)
    if cell in ground.options and cell not in FIELDS:
        return _option(ground.options[cell], text)
    return _READERS[cell](text, link, ground)


def _expiry(text: str, link: Link | None, ground: Ground) -> datetime | str | None:
    phrase = text.strip().lower()
    if phrase == "now":
        return "now"
    current = None if link is None else link.expires_at
    if phrase.startswith("+") and link is not None and current is None:
        raise InvalidInput("expiry", f"“{clean(phrase, limit=20)}” extends nothing: the link never expires")
    return parse_expiry(clean(text), now=ground.now, current=current)


def _kind(text: str, link: Link | None, ground: Ground) -> LinkKind:
    try:
        kind = LinkKind(text.strip().lower())
    except ValueError as error:
        kinds = ", ".join(one.value for one in ground.account.limits.kinds)
        raise InvalidInput("kind", f"“{clean(text, limit=40)}” is none; write one of {kinds}") from error
    if link is not None and kind is not link.kind and LinkKind.UPLOAD in {kind, link.kind}:
        raise InvalidInput("kind", f"of this link stays {link.kind.value}; add a line for another link")
    return kind


def _limit(text: str, link: Link | None, ground: Ground) -> int | None:
    words = text.strip()
    if words.lower() == NONE:
        return None
    if not words.isascii() or not words.isdigit() or not 1 <= int(words[:9]) <= _MOST:
        raise InvalidInput("limit", f"has to be a number from 1 to {_MOST:,}; take it out for none")
    return int(words)


def _name(text: str, link: Link | None, ground: Ground) -> str:
    if not text.strip():
        raise InvalidInput("name", "cannot be empty")
    return _clean("name", text)


def _slug(text: str, link: Link | None, ground: Ground) -> str:
    if not text.strip():
        raise InvalidInput("slug", "cannot be empty; it is the last part of the address")
    return _clean("slug", text.strip())


def _password(text: str, link: Link | None, ground: Ground) -> str | None:
    if text == NONE:
        return None
    if text == KEPT:
        if link is None or not link.has_password:
            raise InvalidInput("password", f"is not “{KEPT}”: the link has none; write one, or take it out")
        return KEPT
    check_password(text)
    return text


def _files(text: str, link: Link | None, ground: Ground) -> tuple[LinkedFile, ...] | tuple[str, ...]:
    ids = [one.strip() for one in text.split(",")]
    if not all(ids) or len(set(ids)) < len(ids):
        raise InvalidInput("file", "has to be the ids of stored files, each once: file=ID,ID")
    if len(ids) > (most := ground.account.limits.files_per_link):
        raise InvalidInput("file", f"has {len(ids)} ids; one link holds at most {most} here")
    for one in ids:
        _clean("file", one)
    if link is None:
        return tuple(ids)
    if link.kind is LinkKind.UPLOAD:
        raise InvalidInput("file", "is not for an upload link: others put the files in")
    there = {file.id: file for file in link.files}
    return tuple(there.get(one, LinkedFile(one, "")) for one in ids)


_READERS: Mapping[str, Callable[[str, Link | None, Ground], Any]] = {
    EXPIRES: _expiry,
    KIND: _kind,
    LIMIT: _limit,
    NAME: _name,
    SLUG: _slug,
    PASSWORD: _password,
    FILE: _files,
}


def _tag(key: str, text: str, ground: Ground) -> str:
    limits = ground.account.limits
    _clean("tag", key)
    if limits.can(Ability.METADATA):
        if not 1 <= len(key) <= limits.metadata_key:
            raise InvalidInput("tag", f"has a key of 1 to {limits.metadata_key} characters")
        if len(text) > limits.metadata_value:
            raise InvalidInput("tag", f"“{key}” has at most {limits.metadata_value} characters")
    return _clean(f"tag “{key}”", text)


def _option(option: Option, text: str) -> str:
    if option.on_edit and not option.missing:
        option.check(text)
    return text


def _clean(what: str, text: str) -> str:
    """Return a text as it is; raises InvalidInput for one that would come back otherwise."""
    bad = next((char for char, kept in zip(text, clean(text), strict=True) if char != kept), None)
    if bad is not None:
        raise InvalidInput(what, f"holds a character that no link can have (U+{ord(bad):04X}); take it out")
    return text


def _is_so(cell: str, value: Any, link: Link, now: Cells) -> bool:
    """Tell whether a link is as wanted already."""
    if cell == EXPIRES:
        ends = link.expires_at and link.expires_at.replace(microsecond=0)
        return value in (ends, link.expires_at)
    if cell == PASSWORD:
        return value == KEPT or (value is None and not link.has_password)
    if cell == FILE:
        return [file.id for file in value] == [file.id for file in link.files]
    if cell.startswith(TAG):
        return bool(value == link.metadata.get(cell[len(TAG) :]))
    if cell in _ARGUMENTS:
        return bool(value == getattr(link, _ARGUMENTS[cell]))
    return bool(value == now.get(cell, ""))


def _moved(cell: str, base: Cells, now: Cells) -> bool:
    """Tell whether a cell is not as it was exported."""
    if cell not in base and not is_removable(cell) and cell in FIELDS:
        return False  # it was not exported, so that nobody knows
    before, latest = base.get(cell), now.get(cell)
    if cell == EXPIRES and before and latest and NEVER not in (before, latest):
        return datetime.fromisoformat(before) != datetime.fromisoformat(latest)
    return before != latest


def _said(text: str | None) -> str:
    return NONE if text is None else f"“{clean(text, limit=60)}”"
