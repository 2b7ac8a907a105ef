"""The same by keyboard alone, in a terminal of 80 by 24."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from tests.e2e.conftest import PROGRAM, Program, end_first_minute
from tests.e2e.terminal import NO_ANSWERS, Terminal
from tests.e2e.test_share import fetch
from tests.waiting import until

LIGHT = MappingProxyType({b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\"})
"""What a terminal with a light background answers."""


def opened(program: Program, answers: Mapping[bytes, bytes] = NO_ANSWERS) -> Terminal:
    environment = program.environment | {"PYTHONWARNINGS": "default", "COLORTERM": "truecolor"}
    os.chdir(program.work)
    return Terminal(PROGRAM, environment=environment, answers=answers)


def test_a_file_is_shared_by_keyboard(program: Program) -> None:
    (program.work / "hello.txt").write_text("hello\n")
    with opened(program, LIGHT) as terminal:
        terminal.wait_for("Share a file now")
        terminal.press("Esc")
        terminal.wait_for("Nothing is shared yet")
        terminal.press("2")
        terminal.wait_for("hello.txt")
        assert b"48;2;251;252;253" in terminal.written, "it is light, as the terminal is"
        terminal.press("/", "hello", "Enter")
        terminal.press("u")
        terminal.wait_for("Upload and share")
        terminal.press("Enter")
        terminal.wait_for("/l/")
        terminal.press("Esc")
        terminal.wait_until(lambda screen: "/l/" not in screen)
        terminal.press("3")
        terminal.wait_for("hello.txt", "done")
        terminal.press("1")
        terminal.wait_for("hello.txt", "6d 23h")

        [link] = program.rows("links", "list")
        assert fetch(link["url"])[1] == b"hello\n"

        terminal.press("X")
        terminal.wait_for("Cancel")
        terminal.press("y")
        terminal.wait_until(lambda screen: "6d 23h" not in screen)
        assert fetch(link["url"])[0] == 410
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert b"\x1b[?2031l" in terminal.written, "it is told no more of changes"


def test_a_closed_terminal_does_not_stop_an_upload(program: Program) -> None:
    (program.work / "slow.bin").write_bytes(os.urandom(6_000_000))
    program.run("daemon", "start")
    program.run("uploads", "limit", "1MB")
    end_first_minute(program.locations)
    with opened(program) as terminal:
        terminal.wait_for("Links")
        program.run("upload", "slow.bin", "--link", "--detach")
        terminal.press("3")
        terminal.wait_for("slow.bin", "uploading")
        terminal.hang_up()
        until(lambda: terminal.exit_code() is not None, "the face outlived its terminal")
    with opened(program) as terminal:
        terminal.wait_for("Links")
        terminal.press("3")
        terminal.wait_for("slow.bin")
        program.run("uploads", "limit", "0")
        terminal.wait_for("done")


def test_no_control_character_of_a_name_reaches_the_terminal(program: Program) -> None:
    (program.work / "[nope]\x1b]0;owned\x07\u202egnp.txt").write_text("x")
    end_first_minute(program.locations)
    with opened(program) as terminal:
        terminal.wait_for("Links")
        terminal.press("2")
        terminal.wait_for("[nope]")
        terminal.press("u")
        terminal.wait_for("Upload and share")
        terminal.press("Enter")
        terminal.wait_for("/l/")
        terminal.press("Esc")
        terminal.wait_until(lambda screen: "/l/" not in screen)
        terminal.press("3")
        terminal.wait_for("done")
        terminal.press("1")
        terminal.wait_for("[nope]")
        terminal.press("Enter")
        terminal.wait_for("[nope]")
        assert b"\x1b]0;owned" not in terminal.written
        assert "\u202e".encode() not in terminal.written
