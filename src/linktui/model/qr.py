"""QR codes (ISO/IEC 18004) of half blocks for a terminal, and as pictures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from linktui.model.errors import InvalidInput

if TYPE_CHECKING:
    from segno import QRCode

QUIET = 4
"""Light modules around a code."""
LEAST_QUIET = 2
"""What scanners manage with, where there is no room for more."""
PICTURES = ("svg", "png")
_SIGNS = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}


def qr_lines(text: str, *, columns: int, rows: int, ascii_only: bool = False) -> list[str]:
    """Return a QR code as lines of half blocks that fit: a block is light, a space is dark.

    In ASCII each module is two cells, and # is light.
    Raises InvalidInput for a text that no code holds, and for too little room, naming what it takes.
    """
    code = _code(text)
    for quiet in (QUIET, LEAST_QUIET):
        modules = code.symbol_size(border=quiet)[0]
        width, height = (2 * modules, modules) if ascii_only else (modules, (modules + 1) // 2)
        if width <= columns and height <= rows:
            return _ascii_lines(code, quiet) if ascii_only else _lines(code, quiet)
    raise InvalidInput(
        "QR code", f"needs {width} columns and {height} rows; there are {columns} and {rows} here"
    )


def qr_picture(text: str, kind: str) -> bytes:
    """Return a QR code as an SVG or PNG picture; raises InvalidInput for a text that no code holds."""
    out = io.BytesIO()
    _code(text).save(out, kind=kind, border=QUIET, scale=8, light="white")
    return out.getvalue()


def _code(text: str) -> QRCode:
    import segno  # here, because nobody but who asks for a code waits for it

    try:
        # The least correction makes the fewest modules; what room is left in them goes into more of it.
        return segno.make(text, error="l", micro=False)
    except ValueError as error:
        raise InvalidInput("address", "is too long for a QR code, which holds 2,953 bytes") from error


def _lines(code: QRCode, quiet: int) -> list[str]:
    matrix = [list(row) for row in code.matrix_iter(border=quiet)]
    matrix += [[0] * len(matrix[0])] * (len(matrix) % 2)
    return [
        "".join(_SIGNS[bool(top), bool(bottom)] for top, bottom in zip(above, below, strict=True))
        for above, below in zip(matrix[::2], matrix[1::2], strict=True)
    ]


def _ascii_lines(code: QRCode, quiet: int) -> list[str]:
    return ["".join("  " if dark else "##" for dark in row) for row in code.matrix_iter(border=quiet)]
