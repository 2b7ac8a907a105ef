"""What the README and its pages tell people to type is understood, and what they say and show is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from docs.make import made, pages

from linktui.cli.exit_codes import SENTENCES
from linktui.cli.parser import build_parser
from screenshots.make import SHOTS

ROOT = Path(__file__).parents[2]
PAGES = {path: path.read_text() for path in (ROOT / "README.md", *pages())}
EVERYTHING = "\n".join(PAGES.values())
BLOCKS = "\n".join(re.findall(r"^```sh\n(.*?)^```", EVERYTHING, re.MULTILINE | re.DOTALL))
TYPED = [
    *(part.strip() for line in BLOCKS.splitlines() for part in re.split(r" \| | >", line)),
    *(re.findall(r"`(linktui [^`]+)`", EVERYTHING)),
]
COMMANDS = sorted({typed for typed in TYPED if typed.startswith("linktui ")})


def test_the_readme_has_commands_to_try() -> None:
    assert len(COMMANDS) > 50


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_is_understood(command: str) -> None:
    arguments = build_parser().parse_args(shlex.split(command, comments=True)[1:])
    assert callable(arguments.act)


def test_every_exit_code_is_told_with_its_sentence() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE)
    assert rows == [(str(int(code)), sentence) for code, sentence in SENTENCES.items()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_leads_nowhere_wrong(page: Path) -> None:
    for address in re.findall(r"\]\(([^)]+)\)", PAGES[page]):
        path, _, anchor = address.partition("#")
        if "://" in address:
            continue
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{address} is not there"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_every_page_is_led_to() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    known = {(ROOT / "docs" / one).resolve() for one in re.findall(r"\]\(([^)#]+)\)", index)}
    assert {page for page in pages() if page.name != "README.md"} <= known


def test_every_picture_is_made_and_shown() -> None:
    shown = set(re.findall(r"screenshots/([\w-]+)\.svg", EVERYTHING))
    assert shown == {shot.name for shot in SHOTS}, "`make screenshots` makes what the pages show, and no more"
    assert all((ROOT / "screenshots" / f"{name}.svg").exists() for name in shown)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_the_tables_of_keys_are_as_the_program_has_them(page: Path) -> None:
    assert made(page.read_text()) == page.read_text(), "run `make docs`"
