"""A line of the user's own gets a thing as JSON and as fields, and ends when it has to."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from linktui.services.shell import as_json, environment_of, environment_of_several, run_shell

HOSTILE = "$(touch pwned); `touch pwned` '; touch pwned; echo \" & report.pdf"
RECORD: dict[str, object] = {
    "id": "l_1",
    "name": HOSTILE,
    "expires_at": None,
    "has_password": True,
    "downloads": 3,
    "files": [{"id": "f_1"}],
}


async def test_a_line_gets_the_json_on_stdin_and_the_fields_in_its_environment(tmp_path: Path) -> None:
    done = await run_shell(
        'cat; echo "$LINKTUI_ID|$LINKTUI_EXPIRES|$LINKTUI_HAS_PASSWORD|$LINKTUI_DOWNLOADS|$LINKTUI_COMMAND"',
        stdin=as_json(RECORD),
        environment=environment_of(RECORD, command="ticket"),
        seconds=10,
        directory=tmp_path,
    )
    assert done.code == 0
    assert done.out == as_json(RECORD) + "l_1||true|3|ticket\n"
    assert not done.trouble


async def test_nothing_from_outside_becomes_part_of_the_line(tmp_path: Path) -> None:
    done = await run_shell(
        'printf %s "$LINKTUI_NAME"',
        stdin=as_json(RECORD),
        environment=environment_of(RECORD),
        seconds=10,
        directory=tmp_path,
    )
    assert done.out == HOSTILE
    assert not list(tmp_path.iterdir())


async def test_what_no_environment_can_hold_is_replaced() -> None:
    fields = environment_of({"name": "a\0b"})
    done = await run_shell('printf %s "$LINKTUI_NAME"', stdin="", environment=fields, seconds=10)
    assert done.out == "a\N{REPLACEMENT CHARACTER}b"


def test_of_several_only_the_count_is_in_the_environment() -> None:
    several = environment_of_several([RECORD, RECORD])
    assert several["LINKTUI_COUNT"] == "2"
    assert "LINKTUI_ID" not in several
    assert environment_of_several([RECORD])["LINKTUI_ID"] == "l_1"


async def test_why_a_line_failed_is_said_without_an_address() -> None:
    done = await run_shell(
        "echo first >&2; echo 'no answer from https://files.example/l/secret now' >&2; exit 3",
        stdin="",
        environment=os.environ,
        seconds=10,
    )
    assert done.trouble == "ended with code 3: no answer from (address) now"


async def test_a_line_that_takes_too_long_is_killed_with_all_it_started(tmp_path: Path) -> None:
    done = await run_shell(
        "sleep 60 & echo $! >child; trap '' TERM; wait; wait",
        stdin="x" * 1_000_000,  # which it never reads
        environment=os.environ,
        seconds=0.2,
        directory=tmp_path,
    )
    assert done.timed_out
    assert done.trouble == "took too long and was stopped"
    assert not _alive(int((tmp_path / "child").read_text()))


async def test_a_line_is_killed_when_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    began = asyncio.Event()
    numbers: list[int] = []

    def hear(said: str) -> None:
        numbers.append(int(said))
        began.set()

    run = asyncio.create_task(
        run_shell(
            "echo $$; sleep 60",
            stdin="",
            environment=os.environ,
            seconds=60,
            heard=hear,
        )
    )
    await began.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert not _alive(numbers[0])


async def test_a_child_that_stays_behind_does_not_hold_its_parent_up() -> None:
    done = await run_shell("sleep 60 & echo $!; sleep 0.1", stdin="", environment=os.environ, seconds=5)
    os.kill(int(done.out), 9)
    assert (done.code, done.timed_out) == (0, False)


def _alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
