"""The CSV form: a row for each link, as spreadsheets read and write it.

https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.sheet import Fault
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.sheets.cells import FIELDS, FILE, TAG, Cells, Row, Sheet, key_of
from linktui.services.sheets.faults import BOM, is_note
from linktui.services.sheets.quoting import as_string, unquoted

_EXPORT, _ID, _ACTION = "export", "id", "action"
_FORMULA = ("=", "+", "-", "@", "'")
"""A spreadsheet would compute what begins so. https://owasp.org/www-community/attacks/CSV_Injection"""
_DELIMITERS = ",;\t"


def write(rows: Sequence[tuple[Link, Cells]], export: str) -> str:
    """Return links as CSV."""
    used = dict.fromkeys(cell for _, cells in rows for cell in cells)
    tags = sorted(cell for cell in used if cell.startswith(TAG))
    options = [cell for cell in used if cell not in FIELDS and not cell.startswith(TAG)]
    fields = [cell for cell in FIELDS if cell != FILE]
    columns = [*fields, *options, *tags, FILE]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_EXPORT, _ID, *map(_cell, columns), _ACTION])
    for link, cells in rows:
        values = [_cell(cells[column]) if column in cells else "" for column in columns]
        writer.writerow([export, _cell(f"{link.account}/{link.id}"), *values, ""])
    return out.getvalue()


def read(text: str) -> Sheet:
    """Return what is written in CSV."""
    sheet, numbers = Sheet(), _Numbers(text.removeprefix(BOM))
    reader = csv.reader(numbers, delimiter=_delimiter(numbers.lines), strict=True)
    columns: list[str] = []
    try:
        for cells in reader:
            line = numbers.take()
            if not any(cell.strip() for cell in cells):
                continue
            try:
                if not columns:
                    columns = _columns(cells)
                else:
                    _take(sheet, line, dict(zip(columns, cells, strict=False)), cells, len(columns))
            except InvalidInput as error:
                sheet.faults.append(Fault(line, explain(error)))
                if not columns:
                    return sheet
    except csv.Error as error:
        sheet.faults.append(Fault(numbers.take(), f"This is not CSV: {error}."))
    return sheet


class _Numbers:
    """The lines of a text without our notes; knows in which line a record began."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self._at = 0
        self._began = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self.lines, start=1):
            self._at = number
            if is_note(line):
                continue
            self._began = self._began or number
            yield f"{line}\n"

    def take(self) -> int:
        """Return the line in which the record that was read last began."""
        began, self._began = self._began or self._at, 0
        return began


def _delimiter(lines: Sequence[str]) -> str:
    first = next((line for line in lines if line.strip() and not is_note(line)), "")
    return max(_DELIMITERS, key=first.count)


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [_plain(cell) for cell in cells]
    columns = [one if one.startswith(TAG) else one.strip().lower() for one in columns]
    while columns and not columns[-1]:
        columns.pop()
    if _ID not in columns:
        raise InvalidInput("header", "names no column “id”; the first row has to name the columns")
    twice = next((one for at, one in enumerate(columns) if one in columns[:at]), None)
    if twice is not None:
        raise InvalidInput("header", f"names the column “{clean(twice, limit=40)}” twice")
    return columns


def _take(sheet: Sheet, line: int, values: dict[str, str], cells: Sequence[str], width: int) -> None:
    if cells[0].lstrip().startswith("#"):
        key = key_of(_plain(values.get(_ID, "").strip().lstrip("# ")))
        if key is not None:
            sheet.left.add(key)
        return
    key = key_of(_plain(values.get(_ID, "").strip()))
    if key is None:
        raise InvalidInput("id", "is missing; write ACCOUNT/ID, or new/ACCOUNT for a new link")
    sheet.left.add(key)  # whatever else is wrong with its row, it was not deleted
    if any(cell.strip() for cell in cells[width:]):
        raise InvalidInput("row", f"has more cells than the header has columns ({width})")
    export = _plain(values.get(_EXPORT, "").strip())
    if export and sheet.export and export != sheet.export:
        raise InvalidInput("row", f"is of another export than line {sheet.export_line}; read one by one")
    if export and not sheet.export:
        sheet.export, sheet.export_line = export, line
    said = {name: text for name, text in values.items() if name not in {_EXPORT, _ID, _ACTION, ""}}
    sheet.rows.append(
        Row(
            line=line,
            account=key[0],
            id=key[1],
            cells={name: _plain(text) if text.strip() else None for name, text in said.items()},
            whole=False,
            action=values.get(_ACTION, "").strip().lower(),
        )
    )


def _cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet computes, and that reads back as it is."""
    if not text.strip() or text.startswith('"') or not text.isprintable():
        return as_string(text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(cell: str) -> str:
    if cell.startswith("'"):
        return cell[1:]
    if len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
        return unquoted(cell)
    return cell
