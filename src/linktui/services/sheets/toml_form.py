"""The TOML form: a table for each link.

https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.phrases import NEVER
from linktui.model.sheet import Fault
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.sheets.cells import EXPIRES, FILE, OPTION, TAG, Cells, Row, Sheet, key_of
from linktui.services.sheets.faults import BOM

HEADER = """\
# Links of linktui: `linktui plan make FILE` makes a plan of what you change here.
# expires is a moment, or a text: "7d", "+2d" (from its own end), "never", "now" (ends it).
# Take limit, password or a tag out to remove it. Delete a whole table to revoke its link;
# action = "leave" leaves it alone, as do expire, revoke and delete what they say.
# A table with id = "new/ACCOUNT" and file = "FILE_ID" makes a link.
"""
_EXPORT, _LINK, _ID, _ACTION = "export", "link", "id", "action"
_PARTS = re.compile(
    r'"""(?:\\.|[^\\])*?"""|' + r"'''.*?'''|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|(?P<comment>#[^\n]*)"
    r"|(?P<table>^[ \t]*\[\[[ \t]*link[ \t]*\]\])|(?P<export>^[ \t]*export[ \t]*=)",
    re.DOTALL | re.MULTILINE,
)
_COMMENTED = re.compile(r"""#\s*id\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def write(rows: Iterable[tuple[Link, Cells]], export: str) -> str:
    """Return links as TOML."""
    tables = "".join(f"\n[[{_LINK}]]\n{''.join(_lines(link, cells))}" for link, cells in rows)
    return f"{HEADER}{_EXPORT} = {_string(export)}\n{tables}"


def read(text: str) -> Sheet:
    """Return what is written in TOML."""
    # A lone CR is no line's end in TOML, and CR LF is one.
    text = text.removeprefix(BOM).replace("\r\n", "\n")
    sheet = Sheet()
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
        said = clean(_AT_LINE.sub("", str(error)).strip(), limit=120)
        sheet.faults.append(Fault(line, f"This is not TOML: {said}."))
        return sheet
    lines = _look_around(sheet, text)
    for name in values.keys() - {_EXPORT, _LINK}:
        sheet.faults.append(
            Fault(1, f"“{clean(name, limit=40)}” is not known here; there is export and [[link]].")
        )
    sheet.export = str(values.get(_EXPORT, ""))
    tables = values.get(_LINK, [])
    if not isinstance(tables, list) or len(lines) != len(tables):
        sheet.faults.append(Fault(1, "Links are tables: write [[link]] above each."))
        return sheet
    for line, table in zip(lines, tables, strict=True):
        try:
            sheet.rows.append(_row(line, table))
        except InvalidInput as error:
            sheet.faults.append(Fault(line, explain(error)))
    return sheet


def _lines(link: Link, cells: Cells) -> Iterator[str]:
    yield f"{_ID} = {_string(f'{link.account}/{link.id}')}\n"
    for cell, value in cells.items():
        written = value if cell == EXPIRES and value != NEVER else _string(value)
        prefix = next((one for one in (TAG, OPTION) if cell.startswith(one)), "")
        key = cell[len(prefix) :]
        yield f"{prefix}{key if _BARE.fullmatch(key) else _string(key)} = {written}\n"


def _look_around(sheet: Sheet, text: str) -> list[int]:
    """Return the lines of the tables, and note what comments and the export's own line say."""
    tables, line, at = [], 1, 0
    for found in _PARTS.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        if found["table"]:
            tables.append(line)
        elif found["export"]:
            sheet.export_line = line
        elif found["comment"] and (commented := _COMMENTED.match(found["comment"])):
            key = key_of(commented[1] or commented[2] or "")
            if key is not None:
                sheet.left.add(key)
    return tables


def _row(line: int, table: Mapping[str, Any]) -> Row:
    key = key_of(str(table.get(_ID, "")))
    if key is None:
        raise InvalidInput("id", 'is missing; write id = "ACCOUNT/ID", or "new/ACCOUNT" for a new link')
    cells: dict[str, str | None] = {}
    for name, value in table.items():
        prefix = f"{name}."
        if prefix in {TAG, OPTION} and isinstance(value, dict):
            cells |= {prefix + inner: _text(prefix + inner, one) for inner, one in value.items()}
        elif name not in {_ID, _ACTION}:
            cells[name] = _text(name, value)
    return Row(
        line=line, account=key[0], id=key[1], cells=cells, action=str(table.get(_ACTION, "")).strip().lower()
    )


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str | int | float | date):
        return str(value)
    if isinstance(value, list) and name == FILE:
        return ",".join(str(one) for one in value)
    raise InvalidInput("field", f"“{clean(name, limit=40)}” has to be a text, a number or a date")


def _string(text: str) -> str:
    if text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
