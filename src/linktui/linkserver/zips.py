"""Several files as one ZIP, made while it is sent: stored, ZIP64, in the link's order."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from linktui.linkserver.blobs import read_piece
from linktui.linkserver.catalog.rows import FileRow
from linktui.linkserver.names import unique_names
from linktui.linkserver.times import from_ms

_REGULAR_FILE = 0o100644 << 16


class _Outbox(io.RawIOBase):
    """What the ZIP writer has written and nobody has taken yet; it cannot seek."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        piece = bytes(data)
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        data, self._pieces, self.size = b"".join(self._pieces), [], 0
        return data


class Archive:
    """One archive of some files, made as it is asked for."""

    def __init__(self, files: Sequence[FileRow], *, open_blob: Callable[[str], int]) -> None:
        self._files = files
        self._open_blob = open_blob
        self._size = 0
        self._made = self._make()

    def piece(self, size: int) -> bytes:
        """Return about `size` bytes more, or nothing at the end; may block on the disk.

        Raises EOFError or FileNotFoundError when a file is not whole: the archive then has no directory and
        opens nowhere, so nobody takes it for complete.
        """
        self._size = size
        return next(self._made, b"")

    def _make(self) -> Iterator[bytes]:
        outbox = _Outbox()
        names = unique_names(tuple(file.name for file in self._files))
        with ZipFile(outbox, "w", ZIP_STORED, allowZip64=True) as archive:
            for name, file in zip(names, self._files, strict=True):
                info = ZipInfo(name, _dos_time(from_ms(file.created_at)))
                info.external_attr = _REGULAR_FILE
                with archive.open(info, "w", force_zip64=True) as entry:
                    for piece in self._bytes_of(file):
                        entry.write(piece)
                        if outbox.size >= self._size:
                            yield outbox.take()
        yield outbox.take()

    def _bytes_of(self, file: FileRow) -> Iterator[bytes]:
        descriptor = self._open_blob(file.blob)
        try:
            position = 0
            while position < file.size:
                piece = read_piece(descriptor, position, min(self._size, file.size - position))
                position += len(piece)
                yield piece
        finally:
            os.close(descriptor)


def _dos_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    # ZIP knows no year before 1980.
    return (max(1980, moment.year), moment.month, moment.day, moment.hour, moment.minute, moment.second)
