"""The text form: one aligned line for each link, below a header that explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.phrases import size_text
from linktui.model.sheet import Fault
from linktui.model.text import cell_width, clean
from linktui.model.wording import explain
from linktui.services.sheets.cells import EXPIRES, FILE, KIND, TAG, Cells, Row, Sheet, key_of
from linktui.services.sheets.quoting import pair_of, quoted, unquoted, words_of

HEADER = """\
# Links of linktui. What you change here becomes a plan; nothing is sent before you have seen it.
# export {export}
# A line:   ACCOUNT/ID  EXPIRES  key=value ...  # its files, only for reading
# EXPIRES:  2026-12-01 17:00, fri 17:00, 7d, +2d (from its own end), never, or now (ends it).
# Change:   write another value. Take limit=, password= or tag.x= out to remove it.
# Revoke:   delete the line. All lines deleted below this header revokes all of them.
# Skip:     put # before a line to leave its link alone.
# Create:   add a line:  new/ACCOUNT  7d  file=FILE_ID kind=view tag.order=42
# Quote:    name="a b" for blanks, quotes or #; \\" \\\\ \\n \\t within. password=NEW sets a password.
# An empty file changes nothing. Lines that begin with #! are notes of linktui's own.
"""
_EXPORT = re.compile(r"#\s*export\s+([0-9a-f]{8,})\s*")
_WIDEST = 48
"""Cells to which a column is aligned; what is wider stands out of it."""


def write(rows: Iterable[tuple[Link, Cells]], export: str) -> str:
    """Return links as text."""
    lines = [_columns(link, cells) for link, cells in rows]
    widths = [
        max((width for width in map(cell_width, column) if width <= _WIDEST), default=0)
        for column in zip(*lines, strict=True)
    ]
    return HEADER.format(export=export) + "".join(f"{_aligned(line, widths)}\n" for line in lines)


def read(text: str) -> Sheet:
    """Return what is written in a text."""
    sheet = Sheet()
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#!"):
            continue
        if stripped[0] == "#":
            read_comment(sheet, number, stripped)
            continue
        try:
            sheet.rows.append(_row(number, stripped))
        except InvalidInput as error:
            sheet.faults.append(Fault(number, explain(error)))
            _leave(sheet, stripped)
    return sheet


def read_comment(sheet: Sheet, number: int, line: str) -> None:
    """Take the export and a link that is to be left alone from a comment."""
    found = _EXPORT.fullmatch(line)
    if found is None:
        _leave(sheet, line.lstrip("# \t"))
        return
    if sheet.export and sheet.export != found[1]:
        first = sheet.export_line
        sheet.faults.append(
            Fault(number, f"This is another export than that of line {first}; read one by one.")
        )
        return
    sheet.export, sheet.export_line = found[1], number


def _leave(sheet: Sheet, line: str) -> None:
    """Remember that the link of a line stands there, whatever else that line says."""
    try:
        first = unquoted(words_of(line)[0])
    except InvalidInput:
        first = line.split()[0]
    except IndexError:
        return
    key = key_of(first)
    if key is not None:
        sheet.left.add(key)


def _row(number: int, line: str) -> Row:
    first, *words = words_of(line)
    key = key_of(unquoted(first))
    if key is None:
        raise InvalidInput(
            "line", f"begins with “{clean(first, limit=40)}”; write ACCOUNT/ID, or new/ACCOUNT for a new link"
        )
    cells: dict[str, str | None] = {}
    phrase: list[str] = []
    for word in words:
        pair = pair_of(word)
        if pair is None and not cells:
            phrase.append(unquoted(word))
        elif pair is None:
            raise InvalidInput("word", f"“{clean(word, limit=40)}” is no key=value; quote what has blanks")
        elif pair[0] in cells:
            raise InvalidInput("field", f"“{clean(pair[0], limit=40)}” stands twice in this line")
        else:
            cells[pair[0]] = pair[1]
    if phrase:
        if EXPIRES in cells:
            raise InvalidInput("expiry", "stands twice in this line")
        cells[EXPIRES] = " ".join(phrase)
    return Row(line=number, account=key[0], id=key[1], cells=cells)


def _columns(link: Link, cells: Cells) -> tuple[str, ...]:
    options, tags = [], []
    for key, value in cells.items():
        if key.startswith(TAG):
            tags.append(f"{TAG}{quoted(key[len(TAG) :], key=True)}={quoted(value)}")
        elif key not in {EXPIRES, KIND, FILE}:
            options.append(f"{key}={quoted(value)}")
    place = quoted(f"{link.account}/{link.id}")
    return place, cells[EXPIRES], f"{KIND}={cells[KIND]}", " ".join(options), " ".join(tags), _files(link)


def _files(link: Link) -> str:
    if not link.files:
        return ""
    more = f" +{len(link.files) - 1}" if len(link.files) > 1 else ""
    size = size_text(link.size)
    return f"# {clean(link.files[0].name, limit=60)}{more}{f', {size}' if size else ''}"


def _aligned(columns: Sequence[str], widths: Sequence[int]) -> str:
    line = "  ".join(
        column + " " * (width - cell_width(column))
        for column, width in zip(columns, widths, strict=True)
        if width or column
    )
    return line.rstrip()
