"""What the README tells people to type is understood, and what it says of exit codes is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from linktui.cli.exit_codes import SENTENCES
from linktui.cli.parser import build_parser

README = (Path(__file__).parents[2] / "README.md").read_text()
BLOCKS = "\n".join(re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
TYPED = [
    *(part.strip() for line in BLOCKS.splitlines() for part in line.split(" | ")),
    *(re.findall(r"`(linktui [^`]+)`", README)),
]
COMMANDS = sorted({typed for typed in TYPED if typed.startswith("linktui ")})


def test_the_readme_has_commands_to_try() -> None:
    assert len(COMMANDS) > 50


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_is_understood(command: str) -> None:
    arguments = build_parser().parse_args(shlex.split(command, comments=True)[1:])
    assert callable(arguments.act)


def test_the_readme_has_every_exit_code_with_its_sentence() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", README, re.MULTILINE)
    assert rows == [(str(int(code)), sentence) for code, sentence in SENTENCES.items()]
