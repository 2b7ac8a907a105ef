"""A link as cells: each of its fields as a word that can be written down, read and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from linktui.model.capability import Ability, Limits
from linktui.model.link import Link
from linktui.model.option import Option
from linktui.model.phrases import NEVER
from linktui.model.query import Key
from linktui.model.sheet import Fault

EXPIRES, KIND, LIMIT, NAME, SLUG, PASSWORD, FILE = (
    "expires",
    "kind",
    "limit",
    "name",
    "slug",
    "password",
    "file",
)
FIELDS = (EXPIRES, KIND, LIMIT, NAME, SLUG, PASSWORD, FILE)
TAG, OPTION = "tag.", "option."
KEPT, NONE = "kept", "none"
NEW = "new"
"""What stands in the place of an account before the account of a link to be made."""
_RESERVED = {*FIELDS, "id", "export", "action", "tag", "option"}

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One link as somebody wrote it."""

    line: int
    account: str
    id: str
    cells: Mapping[str, str | None]
    """None for a cell that is there and empty."""
    whole: bool = True
    """Whether a field that it lacks was taken out, and not just left out."""
    action: str = ""

    @property
    def key(self) -> Key:
        """The link that it is about."""
        return (self.account, self.id)


@dataclass(slots=True)
class Sheet:
    """All that somebody wrote."""

    export: str = ""
    """What it was made from; empty for one that was written by hand."""
    export_line: int = 1
    rows: list[Row] = field(default_factory=list)
    left: set[Key] = field(default_factory=set)
    """Links whose lines are commented out."""
    faults: list[Fault] = field(default_factory=list)


def cells_of(link: Link, limits: Limits) -> dict[str, str]:
    """Return what can be said of a link, without its password."""
    cells = {EXPIRES: moment_cell(link.expires_at), KIND: link.kind.value}
    if link.download_limit is not None:
        cells[LIMIT] = str(link.download_limit)
    if limits.can(Ability.RENAME):
        cells[NAME] = link.name
    if link.slug and limits.can(Ability.SLUG):
        cells[SLUG] = link.slug
    if link.has_password:
        cells[PASSWORD] = KEPT
    for option in limits.link_options:
        if option.on_edit and not option.missing and link.options.get(option.key):
            cells[option_cell(option)] = link.options[option.key]
    for key, value in link.metadata.items():
        cells[TAG + key] = value
    if link.files and not any("," in file.id or file.id != file.id.strip() for file in link.files):
        cells[FILE] = ",".join(file.id for file in link.files)
    return cells


def option_cell(option: Option) -> str:
    """Return what an option is called in a sheet: by its key, unless that is a word of ours."""
    ours = option.key in _RESERVED or option.key.startswith((TAG, OPTION))
    return OPTION + option.key if ours else option.key


def options_by_cell(options: Iterable[Option]) -> dict[str, Option]:
    """Return options by every word that they go by."""
    named = {OPTION + option.key: option for option in options}
    return named | {option_cell(option): option for option in named.values()}


def is_removable(cell: str) -> bool:
    """Tell whether taking a cell out takes the thing itself away."""
    return cell in {LIMIT, PASSWORD} or cell.startswith(TAG)


def moment_cell(moment: datetime | None) -> str:
    """Return a moment to the second, in the reader's zone."""
    return NEVER if moment is None else moment.astimezone().isoformat(timespec="seconds")


def key_of(text: str) -> Key | None:
    """Return the account and id in `ACCOUNT/ID`."""
    account, slash, link_id = text.partition("/")
    return (account, link_id) if account and slash and link_id else None
