"""The terminal scrolls the list itself, and shows just what would have been drawn anew."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

from linktui.model.link import Link, LinkKind
from linktui.storage.database import Database
from linktui.storage.links import Links
from tests.e2e.conftest import PROGRAM, Program
from tests.e2e.terminal import Terminal

NOW = datetime.now(UTC)


def fill(program: Program, names: list[str]) -> None:
    program.locations.create()
    database = Database(program.locations.database)
    links = [
        Link(
            account="local",
            provider="local",
            id=name,
            kind=LinkKind.DOWNLOAD,
            name=name,
            url="",
            created_at=NOW - timedelta(days=number + 1),
        )
        for number, name in enumerate(names)
    ]
    asyncio.run(Links(database).save([(link, "{}") for link in links], seen=NOW))
    database.close()


def rows(terminal: Terminal) -> list[str]:
    """Return the names in sight, having seen that no border is broken."""
    lines = terminal.text.splitlines()[3:-2]
    assert all(line.startswith("│") and line.endswith("│") for line in lines), terminal.text
    return [found[0] for line in lines if (found := re.search(r"name-\d+", line))]


def test_what_is_scrolled_by_the_terminal_is_what_the_list_holds(program: Program) -> None:
    names = [f"name-{number:03}" for number in range(120)]
    fill(program, names)
    with Terminal(PROGRAM, environment=program.environment) as terminal:
        terminal.wait_for("name-000", "120/120")
        for key, last in (("j", 40), ("k", 10)):
            before = len(terminal.written)
            terminal.press(*key * abs(last - (0 if key == "j" else 40)))
            terminal.wait_for(f"name-{last:03}")
            moved = re.findall(rb"\x1b\[\d+H\x1b\[1([ML])", bytes(terminal.written[before:]))
            assert set(moved) == {b"M" if key == "j" else b"L"}
            seen = rows(terminal)
            assert seen == names[int(seen[0][5:]) :][: len(seen)]
            assert len(seen) >= 18
