"""No text from outside acts on the terminal: not in a widget, a toast, a dialog, a table or a log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.e2e.conftest import Program
from tests.e2e.terminal import Terminal
from tests.faults.client_hostile import HOSTILE, SCROLLING, fill, kinds
from tests.faults.client_program import installed, shown

PLAIN = [f"plain-{number}" for number in range(len(HOSTILE))]
WALK = [
    stop.split(",")
    for stop in [
        "j,j,Enter",
        "Esc",
        "e",
        "Esc",
        "Space,j,Space,x",
        "Esc,Esc",
        "C",
        "Esc",
        "t",
        "Esc",
        "Q",
        "Esc",
        "2",
        "Tab,j,Enter",
        "Esc",
        "d",
        "Esc",
        "3",
        "j,Enter",
        "Esc",
        "4",
        "j,Enter",
        "Esc",
        "@",
        "j",
        "1",
        "H",
        "j,Enter",
        "1",
        "w",
        "Esc",
        "?",
        "Esc",
        ":",
        "Esc",
    ]
]
"""Keys that lead through every screen and most dialogs."""
COMMANDS = (
    ("links", "list"), ("links", "list", "--csv"), ("links", "list", "--json"), ("files", "list"),
    ("uploads", "list"), ("accounts", "list"), ("log",), ("history",), ("daemon", "logs"),
)  # fmt: skip
PASTED = "\x1b[200~q1xX\r\x1b]0;owned\a[/nope]:wq\x1b[201~"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with installed(tmp_path) as program:
        yield program


def walked(program: Program, *, paste: bool = True) -> bytes:
    """Walk through the whole program and return every byte it wrote."""
    with shown(program) as terminal:
        terminal.wait_for("Links")
        for keys in WALK:
            terminal.press(*keys)
        for _ in range(3):
            terminal.press("Esc")
        terminal.press("1")
        terminal.wait_for("Links")
        if paste:
            terminal.press(PASTED)  # outside of any field
            terminal.press("/", PASTED, "Esc", "Esc")
        terminal.wait_for("Links")
        assert terminal.exit_code() is None, terminal.text
        _leave(terminal)
        return bytes(terminal.written)


def _leave(terminal: Terminal) -> None:
    """Press q, again if it came so soon after Esc that the two were taken for one key."""
    for _ in range(20):
        if terminal.exit_code() is None:
            terminal.press("q")
            terminal._read(0.5)
    assert terminal.wait_for_exit() == 0, terminal.text


def kinds_of_walk(texts: Sequence[str], *, paste: bool) -> set[str]:
    with TemporaryDirectory() as root, installed(Path(root)) as program:
        fill(program.locations, texts)
        return kinds(walked(program, paste=paste))


def test_fault_38_no_control_character_but_the_program_s_own_is_on_any_screen() -> None:
    assert kinds_of_walk(HOSTILE, paste=True) <= kinds_of_walk(PLAIN, paste=False) | SCROLLING


@pytest.mark.soak  # a whole walk through the program for each example
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(texts=st.lists(st.text(min_size=1) | st.sampled_from(HOSTILE), min_size=11, max_size=11))
def test_fault_38_no_text_at_all_is_more_than_text_on_any_screen(texts: list[str]) -> None:
    assert kinds_of_walk(texts, paste=True) <= kinds_of_walk(PLAIN, paste=False) | SCROLLING


def test_fault_38_no_control_character_is_in_what_commands_print_or_log(program: Program) -> None:
    program.run("daemon", "start")
    fill(program.locations, HOSTILE)
    for command in COMMANDS:
        printed = program.run(*command)
        assert kinds(f"{printed}{program.narration}".encode()) <= {"\n"}, command
        if command[-1] == "--json":
            assert len(json.loads(printed)) == 14
    for log in program.locations.state.glob("*.log"):
        assert kinds(log.read_bytes()) <= {"\n"}


def test_fault_38_pasted_text_outside_a_field_is_no_key(program: Program) -> None:
    fill(program.locations, PLAIN)
    with shown(program) as terminal:
        terminal.wait_for("plain-1")
        terminal.press("\x1b[200~", "q", "3", "X", "\r", "y", "\x1b[201~")
        terminal.press("?")
        terminal.wait_for("Keys")
        terminal.press("Esc")
        terminal.wait_until(lambda screen: "plain-1 " in screen and "Keys" not in screen)
        assert terminal.exit_code() is None
