"""Links as CSV, for spreadsheets: one row each, in a way that spreadsheets leave as it is.

A spreadsheet takes what begins with = + - @ for a formula, and what looks like a number or a date for one.
The first gets an apostrophe before it, the second quotes around it; reading takes both away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.wording import explain
from linktui.services.sheets.cells import option_cell
from linktui.services.sheets.sheet import (
    ACTION,
    EXPIRES,
    FILE,
    KIND,
    LIMIT,
    NAME,
    NEW,
    OPTION,
    PASSWORD,
    RESERVED,
    SLUG,
    TAG,
    Action,
    Row,
    Sheet,
)
from linktui.services.sheets.text_form import about
from linktui.services.sheets.tokens import in_quotes, is_plain, pair, words_of

EXPORT, ID, TAGS, OPTIONS = "export", "id", "tags", "options"
COLUMNS = (ID, EXPIRES, KIND, LIMIT, NAME, SLUG, PASSWORD, TAGS, OPTIONS, FILE, ACTION, EXPORT, "#about")
"""A column whose name begins with # is for people only."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MANGLED = re.compile(
    r"[-+\d.,:/%\seE]*\d[-+\d.,:/%\seE]*|true|false|\d*[-\s/]*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]*[-\s/]*\d*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def write_csv(export: str, rows: Iterable[tuple[Link, Mapping[str, str]]]) -> str:
    """Return links as CSV with a line of names."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for link, cells in rows:
        writer.writerow({column: _guarded(cell) for column, cell in _cells(link, cells, export).items()})
    return written.getvalue()


def read_csv(text: str) -> Sheet:
    """Return what somebody wrote, faults and all."""
    sheet = Sheet()
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    said = _SEPARATOR.match(text)
    first = 2 if said else 1
    text = text[said.end() :] if said else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=said[1] if said else _delimiter(text))
    names: Sequence[str] = ()
    line = first
    try:
        for cells in reader:
            if not names:
                names = _names(sheet, cells, line)
            elif any(cell.strip() for cell in cells):
                _read_row(sheet, line, dict(zip(names, cells, strict=False)), names)
            line = reader.line_num + first
    except csv.Error as error:
        sheet.fault(line, f"This is no CSV: {error}.")
    return sheet


def _cells(link: Link, cells: Mapping[str, str], export: str) -> dict[str, str]:
    tags = [pair(key.removeprefix(TAG), value) for key, value in cells.items() if key.startswith(TAG)]
    own = {key.removeprefix(OPTION): value for key, value in cells.items() if not _is_common(key)}
    row = {key: value for key, value in cells.items() if key in RESERVED}
    row |= {key: _plain(row[key]) for key in (NAME, SLUG) if key in row}
    return row | {
        ID: _plain(f"{link.account}/{link.id}"),
        TAGS: " ".join(tags),
        OPTIONS: " ".join(pair(key, value) for key, value in own.items()),
        EXPORT: export,
        "#about": about(link),
    }


def _is_common(key: str) -> bool:
    return key in RESERVED or key.startswith(TAG)


def _plain(text: str) -> str:
    """Return a text that a spreadsheet leaves alone."""
    odd = not is_plain(text) or text != text.strip() or text[:1] in {'"', ""} or _MANGLED.fullmatch(text)
    return in_quotes(text) if odd else text


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _delimiter(text: str) -> str:
    """Return what parts the names in the first line."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _names(sheet: Sheet, cells: Sequence[str], line: int) -> list[str]:
    names = [name if (name := cell.strip()).startswith((TAG, OPTION)) else name.lower() for cell in cells]
    if ID not in names:
        sheet.fault(line, f"The first line names no column “id”; the columns are {', '.join(COLUMNS[:-1])}.")
    for at, name in enumerate(names):
        if name and name in names[:at]:
            sheet.fault(line, f"The column “{name}” stands twice.")
        elif name not in {*COLUMNS, ""} and not name.startswith((TAG, OPTION, "#")):
            sheet.fault(line, f"“{name}” is no column; to have it passed over, begin its name with #.")
    return names


def _read_row(sheet: Sheet, line: int, cells: Mapping[str, str], names: Sequence[str]) -> None:
    row = {name: _unguarded(cell.strip()) for name, cell in cells.items()}
    export = row.get(EXPORT, "")
    if export and sheet.export not in {"", export}:
        sheet.fault(line, "Another export is named further up; change one at a time.")
        return
    if export and not sheet.export:
        sheet.export, sheet.export_line = export, line
    try:
        place = _text(ID, row.get(ID, ""))
        if row.get(ACTION, "").lower() == Action.CREATE and not place.startswith(NEW):
            sheet.left.add(place)
            place = f"{NEW}/{place.partition('/')[0]}".rstrip("/")
        silent = frozenset(
            group
            for group, column in ((LIMIT, LIMIT), (PASSWORD, PASSWORD), (TAG, TAGS))
            if column not in names
        )
        sheet.rows.append(Row(line, place, _said(row), silent))
    except InvalidInput as error:
        sheet.fault(line, explain(error))


def _said(row: Mapping[str, str]) -> dict[str, str | None]:
    """Return what the cells of a row say; an empty one says nothing."""
    said: dict[str, str | None] = {}
    for column, cell in row.items():
        if not cell or column in {ID, EXPORT} or column.startswith("#"):
            continue
        if column == TAGS:
            said |= {TAG + key: value for key, value in _pairs(column, cell).items()}
        elif column == OPTIONS:
            said |= {option_cell(key): value for key, value in _pairs(column, cell).items()}
        elif column.startswith(OPTION):
            said[option_cell(column.removeprefix(OPTION))] = _text(column, cell)
        else:
            said[column] = cell if column in {EXPIRES, KIND, LIMIT, FILE, ACTION} else _text(column, cell)
    return said


def _pairs(column: str, cell: str) -> dict[str, str | None]:
    pairs: dict[str, str | None] = {}
    for word in words_of(cell):
        if not word.pair:
            raise InvalidInput(column, f"has “{word.text}”; write KEY=VALUE, and quote what has blanks")
        if word.key in pairs:
            raise InvalidInput(column, f"has “{word.key}” twice")
        pairs[word.key] = word.value
    return pairs


def _text(column: str, cell: str) -> str:
    if not cell.startswith('"'):
        return cell
    words = list(words_of(cell))
    if len(words) != 1:
        raise InvalidInput(column, "has quotes that do not hold all of it")
    return words[0].text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
