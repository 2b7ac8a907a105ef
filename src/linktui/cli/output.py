"""Write what a command has to say: data to stdout as text, JSON or CSV, narration to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Container, Mapping, Sequence
from typing import TextIO

from linktui.cli.plain import is_plain, plain_text
from linktui.cli.table import Column, format_table
from linktui.model.text import clean

Record = Mapping[str, object]
"""One thing as JSON shows it; its shape is written down in `linktui.cli.schema`."""


def say(text: str) -> None:
    """Write a sentence of narration."""
    print(clean(text), file=sys.stderr, flush=True)


def write(text: str) -> None:
    """Write one line of data."""
    print(plain_text(clean(text)) if is_plain() else clean(text))


def write_script(text: str) -> None:
    """Write a program text of linktui's own, line breaks and all."""
    print(text)


def write_json(value: Record | Sequence[Record]) -> None:
    """Write one object or one array; all ASCII, so that no character of a name acts on a terminal."""
    print(json.dumps(value, indent=2))


def write_csv(records: Sequence[Record], *, of: str) -> None:
    """Write a table of such things with a line of names; what is no single value is JSON within its cell."""
    import csv

    from linktui.cli.schema import names_of

    table = csv.writer(sys.stdout, lineterminator="\n")
    keys = names_of(of)
    table.writerow(keys)
    for record in records:
        table.writerow([_cell(record[key]) for key in keys])


def write_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, hidden: Container[str] = ()
) -> None:
    """Write aligned text, cut to the terminal's width where there is one, without the columns `hidden`."""
    width = terminal_width(sys.stdout)
    shown = [number for number, column in enumerate(columns) if column.title not in hidden]
    cells = [[row[number] for number in shown] for row in rows]
    for line in format_table([columns[number] for number in shown], cells, width=width):
        print(line)


def write_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Write one thing as lines of `name  value`, leaving out what is empty."""
    longest = max((len(name) for name, _ in facts), default=0)
    for name, value in facts:
        if value and is_plain():
            print(f"{name}: {plain_text(clean(value))}")
        elif value:
            print(f"{name:<{longest}}  {clean(value)}")


def terminal_width(stream: TextIO) -> int | None:
    """Return the cells of a line where a stream is a terminal; None for any other."""
    if not stream.isatty():
        return None
    import shutil  # here, because it imports every kind of archive

    return shutil.get_terminal_size().columns


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return clean(value)
        case int() | float():
            return str(value)
        case _:
            return json.dumps(value)
