"""`linktui keys …` lists the keys, changes them and says what is wrong with them; and output for ears."""

from __future__ import annotations

import pytest

from linktui.cli.plain import plain_text
from tests.cli.conftest import Shell
from tests.cli.test_schema import valid


def test_keys_are_listed_set_checked_and_reset(shell: Shell) -> None:
    [sort] = [one for one in shell.array("keys", "list") if (one["screen"], one["id"]) == ("links", "sort")]
    valid(shell, "keys", sort)
    assert (sort["keys"], sort["takes"], sort["changed"]) == (["s"], "a column", False)
    shell.run("keys", "set", "links.sort", "o", code=2)
    assert "“o” is “Open” (links.open-in-browser) already; choose another" in shell.narration
    shell.run("keys", "set", "links.sort", "o,F11", "--take")
    assert "links.sort o F11 *" in " ".join(shell.run("keys", "list").split())
    shell.run("keys", "check")
    assert "The keys are fine." in shell.narration
    assert "ok    keys: 2 of your own." in shell.run("doctor")
    shell.run("keys", "reset", "links.open-in-browser")
    assert "[keys] o is both" in shell.run("keys", "check", code=2)
    assert "warn  keys: [keys] o is both" in shell.run("doctor")
    shell.run("keys", "set", "srot", "o", code=2)
    assert "“srot” is none; perhaps “sort” is meant." in shell.narration


def test_plain_output_says_each_row_in_a_line_without_signs(shell: Shell) -> None:
    made = shell.link("--name", "for you", "--expires", "never")
    [row] = shell.run("links", "list", "--plain").splitlines()
    assert row.startswith(f"id {made['id']}, name for you, ")
    assert ", kind upload, state active, left never, " in row
    assert "state: active" in shell.run("links", "show", made["id"], "--plain").splitlines()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("~ 4 change  ! 2 cannot", "4 change, 2 cannot"),
        ("expires 25 Nov → 27 Nov", "expires 25 Nov to 27 Nov"),
        ("Plan 3: x (· draft)", "Plan 3: x (draft)"),
        ("● active", "active"),
        ("a - b", "a - b"),
    ],
)
def test_signs_are_left_out(text: str, plain: str) -> None:
    assert plain_text(text) == plain
