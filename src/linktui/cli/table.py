"""Plain aligned text: columns as wide as they need, the widest ones cut until the line fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from linktui.cli.plain import is_plain, plain_rows
from linktui.model.text import cell_width, char_width, clean

GAP = "  "
NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column's title and how it may be shown."""

    title: str
    right: bool = False
    """Whether its values stand at the right, as numbers do."""
    fixed: bool = False
    """Whether its values are never cut: an id cut short is of no use."""


def format_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, width: int | None
) -> Iterator[str]:
    """Yield the titles and the rows as lines of at most `width` cells (any width for None)."""
    cells = [[clean(value) for value in row] for row in rows]
    if is_plain():
        yield from plain_rows([column.title for column in columns], cells)
        return
    widths = [
        max([cell_width(column.title), *(cell_width(row[at]) for row in cells)])
        for at, column in enumerate(columns)
    ]
    if width is not None:
        widths = _fit(columns, widths, width - len(GAP) * (len(columns) - 1))
    for row in ([column.title for column in columns], *cells):
        parts = [_pad(value, size, column) for value, size, column in zip(row, widths, columns, strict=True)]
        yield GAP.join(parts).rstrip()


def cut(text: str, width: int) -> str:
    """Return the text in at most `width` cells; what is cut ends in an ellipsis."""
    if cell_width(text) <= width:
        return text
    kept, used = "", 0
    for char in text:
        used += char_width(char)
        if used >= width:
            break
        kept += char
    return kept + "…"


def _fit(columns: Sequence[Column], widths: list[int], room: int) -> list[int]:
    """Take cells from the widest column that may be cut until all fit, or none is left to cut."""
    fitted = list(widths)
    while sum(fitted) > room:
        loose = [at for at, column in enumerate(columns) if not column.fixed and fitted[at] > NARROWEST]
        if not loose:
            break
        fitted[max(loose, key=lambda at: fitted[at])] -= 1
    return fitted


def _pad(value: str, width: int, column: Column) -> str:
    shown = cut(value, width)
    space = " " * (width - cell_width(shown))
    return space + shown if column.right else shown + space
