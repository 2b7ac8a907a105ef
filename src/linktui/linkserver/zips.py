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


def zip_pieces(
    files: Sequence[FileRow], *, open_blob: Callable[[str], int], piece_size: Callable[[], int]
) -> Iterator[bytes]:
    """Yield the archive in pieces of about `piece_size` bytes, asked for each; may block on the disk.

    Raises EOFError or FileNotFoundError when a file is not whole: the archive then has no directory and
    opens nowhere, so nobody takes it for complete.
    """
    outbox = _Outbox()
    with ZipFile(outbox, "w", ZIP_STORED, allowZip64=True) as archive:
        for name, file in zip(unique_names(tuple(file.name for file in files)), files, strict=True):
            info = ZipInfo(name, _dos_time(from_ms(file.created_at)))
            info.external_attr = _REGULAR_FILE
            with archive.open(info, "w", force_zip64=True) as entry:
                for piece in _blob_pieces(open_blob(file.blob), file.size, piece_size):
                    entry.write(piece)
                    if outbox.size >= piece_size():
                        yield outbox.take()
    yield outbox.take()


def _blob_pieces(descriptor: int, size: int, piece_size: Callable[[], int]) -> Iterator[bytes]:
    try:
        position = 0
        while position < size:
            piece = read_piece(descriptor, position, min(piece_size(), size - position))
            position += len(piece)
            yield piece
    finally:
        os.close(descriptor)


def _dos_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    # ZIP knows no year before 1980.
    return (max(1980, moment.year), moment.month, moment.day, moment.hour, moment.minute, moment.second)
