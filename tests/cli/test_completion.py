"""The shells' completion and the manual page know every command, and what there is to complete with."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from linktui.cli.man import manual
from linktui.cli.parser import build_parser
from linktui.cli.tree import whole_tree
from tests.cli.conftest import Shell

MAN = Path(__file__).parents[2] / "man/linktui.1"


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_a_completion_script_is_one_and_knows_every_command(shell: Shell, shell_name: str) -> None:
    script = shell.run("completion", shell_name)
    for command in list(whole_tree(build_parser(), "").walk())[1:]:
        assert command.path[-1] in script
    assert "linktui completion --words links" in script
    if shutil.which(shell_name) is None:
        pytest.skip(f"{shell_name} is not installed")
    checked = subprocess.run([shell_name, "-n"], input=script, text=True, capture_output=True, timeout=30)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_commands_options_and_ids(shell: Shell, tmp_path: Path) -> None:
    script = tmp_path / "linktui.fish"
    script.write_text(shell.run("completion", "fish"))
    fake = tmp_path / "linktui"
    fake.write_text("#!/bin/sh\nprintf 'l_1\\treport.pdf\\nl_2\\tb.pdf\\n'\n")
    fake.chmod(0o755)

    def completed(*lines: str) -> str:
        asked = "; ".join(f"complete -C '{line}'" for line in lines)
        told = subprocess.run(
            ["fish", "--no-config", "-c", f"set -p PATH {tmp_path}; source {script}; {asked}"],
            text=True,
            capture_output=True,
            timeout=30,
        )
        assert not told.stderr
        return told.stdout

    assert completed("linktui links ext") == "extend\tlet links end later\n"
    assert completed("linktui links list --state exp") == "expired\tonly these\nexpiring\tonly these\n"
    assert completed("linktui links show l_") == "l_1\treport.pdf\nl_2\tb.pdf\n"
    assert completed("linktui upload --one") == "--one-link\tone link for all files (means --link)\n"


def test_the_words_to_complete_with_are_what_there_is(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes), "--link")
    shell.locations.settings_file.write_text(
        '[commands.ticket]\ntitle = "Post"\nrun = "true"\n[hooks.chat]\non = ["upload.done"]\nrun = "true"\n'
    )
    words = {
        kind: shell.run("completion", "--words", kind).split("\t") for kind in ("links", "files", "uploads")
    }
    assert words["links"] == ["l_1", "notes.txt"]
    assert words["files"][1] == words["uploads"][1] == "notes.txt"
    assert shell.run("completion", "--words", "accounts").startswith("local\t")
    assert shell.run("completion", "--words", "commands") == "ticket\tPost"
    assert shell.run("completion", "--words", "hooks") == "chat\tupload.done"
    assert shell.run("completion", "--words", "plans") == ""
    shell.run("completion", code=2)


def test_the_manual_page_is_current_and_has_every_command() -> None:
    page = manual(build_parser())
    assert MAN.read_text() == f"{page}\n", "run `make man`"
    for command in whole_tree(build_parser(), "").walk():
        if command.path and not command.below:
            assert f".SS \\fBlinktui {' '.join(command.path)}\\fR" in page.replace("\\-", "-")


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_manual_page_is_sound_roff() -> None:
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Kutf8", "-Tutf8", str(MAN)], text=True, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "LINKTUI(1)" in done.stdout
