"""What a directory of this machine holds, read in one go and arranged for a list."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from linktui.model.errors import SourceUnreadable
from linktui.model.natural import natural_key
from linktui.model.text import clean


class LocalSort(StrEnum):
    """A column of the local list that can be sorted by."""

    NAME = "name"
    SIZE = "size"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file or folder; `path` keeps the bytes of its name, `name` is safe to show."""

    path: Path
    name: str
    is_folder: bool = False
    is_symlink: bool = False
    size: int = 0
    """Bytes; 0 for a folder."""
    modified: datetime | None = None
    """None where nobody can say, as for a symbolic link that leads nowhere."""
    special: str = ""
    """What it is if it is neither file nor folder, such as `pipe`."""

    @property
    def hidden(self) -> bool:
        """Whether the name begins with a dot."""
        return self.path.name.startswith(".")


def list_directory(directory: Path) -> tuple[Entry, ...]:
    """Return everything right below `directory`, by name; raises SourceUnreadable.

    A symbolic link is described by what it leads to, so that a folder behind one can be entered.
    """
    try:
        with os.scandir(directory) as found:
            entries = sorted(map(_entry, found), key=lambda entry: entry.path.name)
            return tuple(sorted(entries, key=lambda entry: natural_key(entry.name)))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceUnreadable(directory, reason[:1].lower() + reason[1:]) from error


def arrange(
    entries: Iterable[Entry],
    *,
    hidden: bool = False,
    text: str = "",
    sort: LocalSort = LocalSort.NAME,
    descending: bool = False,
) -> list[Entry]:
    """Return those of some entries, which are by name, that are shown: folders first, in the wanted order."""
    words = text.casefold().split()
    shown = [
        entry
        for entry in entries
        if (hidden or not entry.hidden) and all(word in entry.name.casefold() for word in words)
    ]
    if sort is LocalSort.NAME:
        shown = shown[::-1] if descending else shown
    elif sort is LocalSort.SIZE:
        shown.sort(key=lambda entry: entry.size, reverse=descending)
    else:
        oldest = datetime.min.replace(tzinfo=UTC)
        shown.sort(key=lambda entry: entry.modified or oldest, reverse=descending)
    shown.sort(key=lambda entry: not entry.is_folder)
    return shown


def _entry(found: os.DirEntry[str]) -> Entry:
    path, name = Path(found.path), clean(found.name, limit=255)
    is_symlink = found.is_symlink()
    try:
        facts = found.stat()
    except OSError:
        return Entry(
            path=path, name=name, is_symlink=is_symlink, special="broken" if is_symlink else "unknown"
        )
    return Entry(
        path=path,
        name=name,
        is_folder=stat.S_ISDIR(facts.st_mode),
        is_symlink=is_symlink,
        size=facts.st_size if stat.S_ISREG(facts.st_mode) else 0,
        modified=_moment(facts.st_mtime),
        special=_special(facts.st_mode),
    )


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _special(mode: int) -> str:
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    kinds = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}
    return kinds.get(stat.S_IFMT(mode), "special")
