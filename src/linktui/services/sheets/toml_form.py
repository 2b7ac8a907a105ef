"""Links as TOML, for scripts: one table each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.phrases import NEVER
from linktui.model.wording import explain
from linktui.services.sheets.cells import option_cell
from linktui.services.sheets.sheet import EXPIRES, FILE, LIMIT, OPTION, PASSWORD, RESERVED, TAG, Row, Sheet
from linktui.services.sheets.text_form import about
from linktui.services.sheets.tokens import is_plain

HEADER = """\
# Links as TOML. Change a value; take limit, password or a tag away to remove it.
# Take a table away to revoke its link; action = "leave" leaves it alone, others are expire, revoke, delete.
# A new link is a table with id = "new/ACCOUNT" and file = ["FILE_ID"]. An end can also be "+2d" or "never".
"""
_TABLE = re.compile(r"\s*\[\[\s*\"?link\"?\s*\]\]")
_COMMENTED = re.compile(r"\s*#[#\s]*(id\s*=\s*[\"'].*)")
_AT_LINE = re.compile(r"at line (\d+)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_OWN = "options"
_TAGS = "tags"


def write_toml(export: str, rows: Iterable[tuple[Link, Mapping[str, str]]]) -> str:
    """Return links as TOML."""
    return "".join([HEADER, f'export = "{export}"\n', *(_table(link, cells) for link, cells in rows)])


def read_toml(text: str) -> Sheet:
    """Return what somebody wrote, faults and all."""
    sheet = Sheet()
    lines = text.removeprefix("\N{BYTE ORDER MARK}").split("\n")
    try:
        document = tomllib.loads("\n".join(line.removesuffix("\r") for line in lines))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        said = str(error).partition(" (")[0]
        sheet.fault(int(found[1]) if found else len(lines), f"This is no TOML: {said}.")
        return sheet
    sheet.left = {place for line in lines if (place := _commented(line))}
    sheet.export_line = _line_of("export", lines)
    for key, value in document.items():
        match key, value:
            case "export", str():
                sheet.export = value
            case "link", list():
                _read_tables(sheet, value, [at for at, line in enumerate(lines, 1) if _TABLE.match(line)])
            case _:
                said = f"“{key}” is nothing to be here; there is export, and tables [[link]]."
                sheet.fault(_line_of(key, lines), said)
    return sheet


def _line_of(key: str, lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines, 1) if line.lstrip(' "').startswith(key)), 1)


def _table(link: Link, cells: Mapping[str, str]) -> str:
    lines = ["\n[[link]]", f"id = {_string(f'{link.account}/{link.id}')}  # {about(link)}"]
    within: dict[str, list[str]] = {_OWN: [], _TAGS: []}
    for key, value in cells.items():
        if key.startswith(TAG):
            within[_TAGS].append(f"{_key(key.removeprefix(TAG))} = {_string(value)}")
        elif key not in RESERVED:
            within[_OWN].append(f"{_key(key.removeprefix(OPTION))} = {_string(value)}")
        elif key == LIMIT or (key == EXPIRES and value != NEVER):
            lines.append(f"{key} = {value}")
        else:
            lines.append(f"{key} = {_string(value)}")
    lines += [f"{name} = {{ {', '.join(pairs)} }}" for name, pairs in within.items() if pairs]
    return "\n".join([*lines, ""])


def _read_tables(sheet: Sheet, tables: list[Any], lines: list[int]) -> None:
    if len(lines) != len(tables):  # they are written in another way than linktui writes them
        lines = [lines[0] if lines else 1] * len(tables)
    for table, line in zip(tables, lines, strict=True):
        try:
            sheet.rows.append(_row(table, line))
        except InvalidInput as error:
            sheet.fault(line, explain(error))


def _row(table: Any, line: int) -> Row:
    if not isinstance(table, dict) or not isinstance(table.get("id"), str):
        raise InvalidInput("the table", 'names no link; write id = "ACCOUNT/ID", or "new/ACCOUNT"')
    cells: dict[str, str | None] = {}
    for key, value in table.items():
        match key, value:
            case "id", _:
                continue
            case "tags", dict():
                cells |= {TAG + name: _text(f"tags.{name}", one) for name, one in value.items()}
            case "options", dict():
                cells |= {option_cell(name): _text(f"options.{name}", one) for name, one in value.items()}
            case "file", list():
                cells[FILE] = ",".join(_text(key, one) for one in value)
            case _:
                cells[key] = _text(key, value) or (None if key in {LIMIT, PASSWORD} else "")
    return Row(line, table["id"], cells)


def _text(key: str, value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case date() | time():  # a datetime is a date; one without an offset is by the reader's clock
            return value.isoformat()
        case _:
            raise InvalidInput(f"“{key}”", "is a list or a table; write one value")


def _commented(line: str) -> str:
    """Return the place of a link whose table stands behind #; empty for any other line."""
    found = _COMMENTED.fullmatch(line.rstrip())
    if found is None:
        return ""
    try:
        return str(tomllib.loads(found[1])["id"])
    except tomllib.TOMLDecodeError:
        return ""


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _string(text)


def _string(text: str) -> str:
    if is_plain(text) and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_written(char) for char in text) + '"'


def _written(char: str) -> str:
    if char in {'"', "\\"}:
        return f"\\{char}"
    if is_plain(char):
        return char
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
