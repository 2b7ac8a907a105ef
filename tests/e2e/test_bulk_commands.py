"""Many links changed by one command and the real daemon: taken back, after Ctrl-C, failing in part."""

from __future__ import annotations

import signal

import pytest

from tests.e2e.conftest import PROGRAM, Program
from tests.e2e.terminal import Terminal
from tests.waiting import until

LINKS = 30
MADE = f"make {LINKS} links"
SLOWLY = '[accounts.local]\nprovider = "local"\nrate = 10\n'
"""So that a plan takes three seconds."""


@pytest.fixture
def shared(program: Program) -> Program:
    """A home with one file and thirty links to it."""
    (program.work / "notes.txt").write_text("hello")
    file_id = program.run("upload", "notes.txt")
    made = program.run(
        "links",
        "create",
        "--each",
        "--file",
        *[file_id] * LINKS,
        "--expires",
        "2030-01-01T00:00:00Z",
        "--yes",
    )
    assert len(set(made.splitlines())) == LINKS
    return program


def ends(program: Program) -> set[str]:
    return {link["expires_at"] for link in program.rows("links", "list")}


def test_all_that_match_are_extended_and_taken_back(shared: Program) -> None:
    shared.run("links", "extend", "--filter", "notes expires:2030-01-01", "--by", "7d", code=64)
    shared.run("links", "extend", "--filter", "notes expires<2031-01-01", "--by", "7d", "--yes")
    assert f"{LINKS} done" in shared.narration
    assert ends(shared) == {"2030-01-08T00:00:00Z"}
    history = shared.rows("history", "--limit", "1000")
    assert [change["verb"] for change in history].count("update") == LINKS
    shared.run("plan", "undo", "--yes")
    assert ends(shared) == {"2030-01-01T00:00:00Z"}
    assert [plan["title"] for plan in shared.rows("plan", "list")][:2] == [
        f"undo: extend {LINKS} links by 7d",
        f"extend {LINKS} links by 7d",
    ]


def test_what_was_changed_elsewhere_is_left_and_makes_it_partial(shared: Program) -> None:
    number = shared.run("links", "extend", "--account", "local", "--by", "7d", "--plan")
    requests = shared.run("plan", "show", number, "--requests")
    assert requests.count("PATCH ") == LINKS
    first, *_ = shared.rows("links", "list")
    shared.run("links", "edit", first["id"], "--expires", "2031-01-01T00:00:00Z")
    shared.run("plan", "apply", number, "--yes", code=8)
    assert f"({first['id']}): It was changed elsewhere since the plan was made (end)" in shared.narration
    assert ends(shared) == {"2030-01-08T00:00:00Z", "2031-01-01T00:00:00Z"}


def test_ctrl_c_leaves_it_to_the_daemon(shared: Program) -> None:
    shared.run("daemon", "stop")
    shared.configure(SLOWLY)
    running = shared.start("links", "extend", "--account", "local", "--by", "7d", "--yes")
    until(lambda: is_under_way(shared))
    running.send_signal(signal.SIGINT)
    _, narration = running.communicate(timeout=10)
    assert running.returncode == 130
    assert "goes on in the daemon" in narration
    assert "Traceback" not in narration
    until(lambda: ends(shared) == {"2030-01-08T00:00:00Z"})


def is_under_way(program: Program) -> bool:
    """Tell whether some change of the plan after the first is made."""
    plan = program.rows("plan", "list")[0]
    return plan["title"] != MADE and bool(plan["counts"].get("done"))


def test_a_person_is_asked_and_can_say_no_with_ctrl_c(shared: Program) -> None:
    command = [*PROGRAM, "links", "revoke", "--filter", "notes"]
    with Terminal(command, environment=shared.environment) as terminal:
        terminal.wait_for(f"Revoke {LINKS} links?", "… 10 more")
        terminal.press("\x03")
        assert terminal.wait_for_exit() == 130
    assert len(shared.rows("links", "list")) == LINKS
    assert len(shared.rows("plan", "list")) == 1
    with Terminal(command, environment=shared.environment) as terminal:
        terminal.wait_for(f"Revoke {LINKS} links?")
        terminal.press("y", "Enter")
        terminal.wait_for(f"{LINKS} done")
        assert terminal.wait_for_exit() == 0
    assert shared.rows("links", "list") == []
