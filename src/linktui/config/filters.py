"""The table [filters]: filters with a name, in the order of the file."""

from __future__ import annotations

from pathlib import Path

from linktui.config.document import changing
from linktui.model.errors import FilterError, InvalidInput
from linktui.model.filter import parse_filter
from linktui.model.text import clean

FILTERS = "filters"
LONGEST_NAME = 40
EVERY = "All"
"""What the tab without a filter is called."""


def check_filter(name: str, text: str) -> None:
    """Raise InvalidInput for a name that no saved filter can have, or a filter that cannot be read."""
    if not name.strip() or name != name.strip() or name != clean(name) or len(name) > LONGEST_NAME:
        raise InvalidInput("name", f"has to be 1 to {LONGEST_NAME} characters, without spaces around them")
    if name.casefold() == EVERY.casefold():
        raise InvalidInput("name", f"“{name}” is the tab without a filter; write another one")
    if not text.strip():
        raise InvalidInput("filter", "is empty; write one such as expires<24h")
    try:
        parse_filter(text)
    except FilterError as error:
        at = f"at character {error.position + 1}: {error.field} {error.reason}"
        raise InvalidInput("filter", f"cannot be read {at}") from error


def write_filter(path: Path, name: str, text: str, *, instead_of: str = "") -> None:
    """Write one saved filter, in place of the one that has the name; raises StorageUnusable."""
    import tomlkit

    check_filter(name, text)
    with changing(path) as document:
        table = document.setdefault(FILTERS, tomlkit.table())
        if instead_of != name and instead_of in table:
            del table[instead_of]
        table[name] = text


def remove_filter(path: Path, name: str) -> None:
    """Take a saved filter out, and the table with the last one."""
    with changing(path) as document:
        table = document.get(FILTERS, {})
        if name in table:
            del table[name]
        if FILTERS in document and not table:
            del document[FILTERS]
