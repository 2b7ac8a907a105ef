"""What of a link stands in a sheet, as text by key."""

from __future__ import annotations

from datetime import datetime, tzinfo

from linktui.model.capability import Ability, Limits
from linktui.model.link import Link, LinkKind
from linktui.model.phrases import NEVER
from linktui.services.sheets.sheet import (
    EXPIRES,
    KEPT,
    KIND,
    LIMIT,
    NAME,
    OPTION,
    PASSWORD,
    RESERVED,
    SLUG,
    TAG,
)

LONGEST = 200
"""Characters of an option that is shown; a longer one (a page of HTML) is left out, and so left alone."""


def cells_of(link: Link, limits: Limits, zone: tzinfo | None = None) -> dict[str, str]:
    """Return a link's cells: what its service can change and what says something, never a password."""
    cells = {EXPIRES: moment_cell(link.expires_at, zone)}
    if len(limits.kinds) > 1 or link.kind is not LinkKind.DOWNLOAD:
        cells[KIND] = link.kind.value
    if link.download_limit is not None:
        cells[LIMIT] = str(link.download_limit)
    if limits.can(Ability.RENAME):
        cells[NAME] = link.name
    if link.slug and limits.can(Ability.SLUG):
        cells[SLUG] = link.slug
    if link.has_password:
        cells[PASSWORD] = KEPT
    for option in limits.link_options if link.options else ():
        if 0 < len(value := link.options.get(option.key, "")) <= LONGEST:
            cells[option_cell(option.key)] = value
    for key, value in link.metadata.items():
        cells[TAG + key] = value
    return cells


def moment_cell(moment: datetime | None, zone: tzinfo | None = None) -> str:
    """Return a moment to the second with its offset, such as `2026-12-01T17:00:00+01:00`, or `never`."""
    return NEVER if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def option_cell(key: str) -> str:
    """Return the key of the cell of a service's own option."""
    return OPTION + key if key in RESERVED or key.startswith((TAG, OPTION)) else key


def files_cell(link: Link) -> tuple[str, ...]:
    """Return the ids of a link's files."""
    return tuple(file.id for file in link.files)
