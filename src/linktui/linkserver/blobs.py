"""The bytes of files on disk: written aside, made durable, then moved into place.

`tmp/ID.part` (O_EXCL, O_NOFOLLOW, 0600) → fsync → rename to `blobs/ab/ID` → fsync of the directory.
Ids are this server's own random ones, so no name from outside ever becomes a path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from linktui.linkserver.errors import Refusal
from linktui.linkserver.limits import DISK_RESERVE

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN_AT_ONCE = 32
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_OURS = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR}
"""What is said of a name where there is nothing, or something that this server did not put there."""


def new_blob_id() -> str:
    """Return a fresh random id of 128 bits."""
    return secrets.token_urlsafe(16)


def new_blob_ids(count: int) -> list[str]:
    """Return fresh random ids of blobs that go to one directory, which is flushed once for all of them."""
    where = new_blob_id()[:2]
    return [where + new_blob_id()[2:] for _ in range(count)]


class Blobs:
    """The directory of bytes; every method may block on the disk."""

    def __init__(self, directory: Path) -> None:
        for path in (directory / "tmp", directory / "blobs"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Where they lead to now is where they are: a symbolic link put there later is not followed.
        self._parts = (directory / "tmp").resolve()
        self._blobs = (directory / "blobs").resolve()

    def create(self, blob: str) -> None:
        """Make the empty part of a new blob."""
        os.close(_guard(lambda: os.open(self._part(blob), _NEW, 0o600)))

    def append(self, blob: str, offset: int) -> int:
        """Open a part for writing at `offset`, without whatever lies beyond; return its descriptor."""
        descriptor = _open_plain(self._part(blob), os.O_RDWR)
        os.ftruncate(descriptor, offset)
        os.lseek(descriptor, offset, os.SEEK_SET)
        return descriptor

    def place(self, blob: str) -> None:
        """Move a complete, durable part into its place; doing it again is no error."""
        target = self._path(blob)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with _directory(target.parent) as inside:
            try:
                os.rename(self._part(blob), target.name, dst_dir_fd=inside)
            except FileNotFoundError:
                if not _is_there(target.name, inside):
                    raise
        for directory in (target.parent, self._blobs, self._parts):
            _sync_directory(directory)

    def put(self, blobs: Mapping[str, bytes]) -> None:
        """Write small blobs, which the catalogue names as garbage, straight into their places."""
        waiting = iter(blobs.items())
        while some := list(islice(waiting, _OPEN_AT_ONCE)):
            self._put(some)
        for directory in {self._path(blob).parent for blob in blobs} | {self._blobs}:
            _sync_directory(directory)

    def _put(self, blobs: list[tuple[str, bytes]]) -> None:
        descriptors: list[int] = []
        try:
            for blob, data in blobs:
                descriptors.append(self._create(self._path(blob)))
                write(descriptors[-1], data)
            # Only now: the first flush then takes much of the others' along.
            for descriptor in descriptors:
                sync(descriptor)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _create(self, path: Path) -> int:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with _directory(path.parent) as inside:
            return _guard(lambda: os.open(path.name, _NEW, 0o600, dir_fd=inside))

    def open(self, blob: str) -> int:
        """Open a blob for reading and return its descriptor; raises OSError if it is no plain file."""
        return _open_plain(self._path(blob), os.O_RDONLY)

    def digest(self, blob: str) -> str:
        """Return the SHA-256 of a part or blob, in hex."""
        try:
            descriptor = _open_plain(self._part(blob), os.O_RDONLY)
        except FileNotFoundError:
            descriptor = self.open(blob)
        with os.fdopen(descriptor, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def head(self, blob: str, size: int) -> bytes:
        """Return the first bytes of a placed blob."""
        descriptor = self.open(blob)
        try:
            return os.pread(descriptor, size, 0)
        finally:
            os.close(descriptor)

    def discard(self, blob: str) -> None:
        """Remove a part and a blob, if they are there."""
        for path in (self._part(blob), self._path(blob)):
            try:
                with _directory(path.parent) as inside:
                    os.unlink(path.name, dir_fd=inside)
            except OSError as error:
                if error.errno not in _NOT_OURS:
                    raise

    def stray_parts(self, known: frozenset[str]) -> tuple[str, ...]:
        """Return the ids of parts that belong to no upload; other files are not this server's."""
        found = (path.name.removesuffix(".part") for path in self._parts.glob("*.part"))
        return tuple(blob for blob in found if _ID.fullmatch(blob) and blob not in known)

    def require_room(self, size: int) -> None:
        """Raise a 507 Refusal unless `size` more bytes leave the reserve free."""
        room = os.statvfs(self._parts)
        if room.f_bavail * room.f_frsize < size + DISK_RESERVE:
            raise _disk_full()

    def _part(self, blob: str) -> Path:
        assert _ID.fullmatch(blob), "a blob's id is made here"
        return self._parts / f"{blob}.part"

    def _path(self, blob: str) -> Path:
        assert _ID.fullmatch(blob), "a blob's id is made here"
        return self._blobs / blob[:2].lower() / blob


def write(descriptor: int, data: bytes) -> None:
    """Write all of `data`; raises a 507 or 503 Refusal when the disk cannot take it."""
    view = memoryview(data)
    while view:
        rest = view
        view = view[_guard(lambda: os.write(descriptor, rest)) :]  # noqa: B023 - called at once


def sync(descriptor: int) -> None:
    """Make what was written durable; raises a 507 or 503 Refusal."""

    def act() -> int:
        os.fdatasync(descriptor)
        return 0

    _guard(act)


def read_piece(descriptor: int, start: int, length: int) -> bytes:
    """Return the first of `length` bytes at `start`; raises EOFError if they are not there."""
    piece = os.pread(descriptor, length, start)
    if not piece:
        raise EOFError("a stored file is shorter than it should be")
    return piece


def _guard(act: Callable[[], int]) -> int:
    try:
        return act()
    except OSError as error:
        raise disk_failed(error) from error


def disk_failed(error: OSError) -> Refusal:
    """Return the 507 or 503 Refusal that says what is wrong with the disk."""
    if error.errno in _FULL:
        return _disk_full()
    return Refusal(503, "storage_failed", "The disk cannot be read or written.")


def _disk_full() -> Refusal:
    return Refusal(507, "disk_full", "There is no room left on the disk.")


def _open_plain(path: Path, access: int) -> int:
    """Open a file of this server's own: no symbolic or hard link, no pipe, no device."""
    with _directory(path.parent) as inside:
        # Without O_NONBLOCK a pipe would wait for its other end.
        flags = access | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path.name, flags, dir_fd=inside)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.ELOOP, "is not a file of its own, without links")
    return descriptor


def _is_there(name: str, inside: int) -> bool:
    return stat.S_ISREG(os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode)


def _sync_directory(path: Path) -> None:
    with _directory(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _directory(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
