"""How much there is in folders, counted before they are uploaded and only as far as it matters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from linktui.model.phrases import size_text

MANY_FILES = 1_000
MUCH = 10_000_000_000
"""Files, and bytes in them, above which it is asked whether they are to be uploaded."""
MOST_COUNTED = 10_000
"""Files, and folders too, after which nobody counts on."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many files there are, and how many bytes in them; `more` is whether some were not counted."""

    files: int
    size: int
    more: bool = False

    @property
    def is_large(self) -> bool:
        """Whether somebody who uploads this should be asked."""
        return self.more or self.files > MANY_FILES or self.size > MUCH

    @property
    def words(self) -> str:
        """How much it is, such as `1,234 files (5.2 GB)`."""
        files = f"{self.files:,} file{'' if self.files == 1 else 's'}"
        if self.more:
            return f"more than {MOST_COUNTED:,} files and folders ({size_text(self.size)} and more)"
        return f"{files} ({size_text(self.size)})"


async def extent_of(paths: Iterable[Path]) -> Extent:
    """Return how much is in those of some paths that are folders, counted in a thread.

    A file that is named by itself is not counted, nor is what cannot be read: to upload it says why.
    """
    import asyncio  # here, so that a plain list does without its 50 ms

    return await asyncio.to_thread(_count, list(paths))


def _count(paths: Iterable[Path]) -> Extent:
    files = size = 0
    for met, entry in enumerate(_below([folder for path in paths if (folder := _folder(path))])):
        if met == MOST_COUNTED:
            return Extent(files, size, more=True)
        with suppress(OSError):  # it may be gone by now
            if entry.is_file(follow_symlinks=False):
                size += entry.stat(follow_symlinks=False).st_size
                files += 1
    return Extent(files, size)


def _folder(path: Path) -> str:
    """Return the folder that a path is of; empty where it is none, or nobody can tell."""
    folder = os.path.expanduser(path)  # noqa: PTH111 - these two raise nothing
    return folder if os.path.isdir(folder) else ""  # noqa: PTH112


def _below(folders: list[str]) -> Iterator[os.DirEntry[str]]:
    """Yield all that is below some folders, not following symbolic links."""
    while folders:
        try:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    yield entry
        except OSError:
            continue
