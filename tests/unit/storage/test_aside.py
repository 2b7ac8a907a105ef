"""The second reader does one thing after another, and who gives one up breaks off no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event

import apsw
import pytest

from linktui.storage.aside import Aside

COUNTS = "WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one LIMIT {}) SELECT max(n) FROM one"


def counting(to: int, under_way: Event) -> Callable[[apsw.Connection], object]:
    """Return what counts so far, and tells as soon as SQLite is at it."""

    def told(*_: object) -> int:
        under_way.set()
        return 0

    def count(connection: apsw.Connection) -> object:
        connection.create_scalar_function("told", told, 0)
        return connection.execute(f"SELECT told() + ({COUNTS.format(to)})").get

    return count


async def test_who_gives_up_what_is_over_breaks_off_nothing(tmp_path: Path) -> None:
    aside = Aside(tmp_path / "some.db")
    begun, over, under_way = Event(), Event(), Event()

    def first(connection: apsw.Connection) -> None:
        begun.set()
        over.wait(10)

    one = asyncio.create_task(aside.read(first))
    await asyncio.to_thread(begun.wait, 10)
    two = asyncio.create_task(aside.read(counting(1_000_000, under_way)))
    await asyncio.sleep(0)
    over.set()
    assert under_way.wait(10)  # the loop has not heard yet that the first is over
    one.cancel()
    assert await two == 1_000_000
    with pytest.raises(asyncio.CancelledError):
        await one
    aside.close()


async def test_what_is_given_up_is_broken_off(tmp_path: Path) -> None:
    aside, under_way = Aside(tmp_path / "some.db"), Event()
    one = asyncio.create_task(aside.read(counting(1 << 60, under_way)))
    await asyncio.to_thread(under_way.wait, 10)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    assert await aside.read(lambda connection: connection.execute("SELECT 1").get) == 1
    aside.close()
