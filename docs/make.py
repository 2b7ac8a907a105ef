"""Write the tables of keys in the pages beside this file from the commands themselves: `make docs`.

A table stands between `<!-- keys: SCREEN -->` and `<!-- keys end -->`.
"""

from __future__ import annotations

import re
from pathlib import Path

from linktui.ui.key_names import keys_text
from linktui.ui.key_scopes import entries

HERE = Path(__file__).parent
_TABLE = re.compile(r"(<!-- keys: (\S+) -->\n).*?(<!-- keys end -->)", re.DOTALL)


def pages() -> list[Path]:
    """Return every page."""
    return sorted(HERE.rglob("*.md"))


def made(text: str) -> str:
    """Return a page with its tables as they should be; raises KeyError for a screen that is none."""
    tables: dict[str, list[str]] = {}
    for one in entries({}):
        row = f"| {_keys(keys_text(one.keys))} | `{one.command.id}` | {one.command.tooltip} |"
        tables.setdefault(one.scope.name, []).append(row)

    def table(found: re.Match[str]) -> str:
        rows = ["| key | command | |", "| --- | --- | --- |", *tables[found[2]]]
        return found[1] + "\n" + "\n".join(rows) + "\n\n" + found[3]

    return _TABLE.sub(table, text)


def _keys(text: str) -> str:
    return " ".join(f"`{key}`" for key in text.split()).replace("|", "\\|")


def main() -> None:
    """Write every page anew."""
    for page in pages():
        page.write_text(made(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
