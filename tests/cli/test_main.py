"""Every end of a command line has its code, and light commands load nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linktui.cli.exit_codes import SENTENCES, ExitCode, exit_code_of, exit_code_of_kind
from linktui.model import errors
from tests.cli.conftest import Shell

HEAVY = ("textual", "rich", "httpx", "aiohttp", "pydantic", "starlette", "granian")


def descendants(kind: type[errors.LinktuiError]) -> list[type[errors.LinktuiError]]:
    return [one for child in kind.__subclasses__() for one in (child, *descendants(child))]


def test_every_error_has_an_exit_code() -> None:
    # The link server's own errors become answers to strangers and never end a command.
    for kind in (one for one in descendants(errors.LinktuiError) if one.__module__ == errors.__name__):
        error = kind.__new__(kind)
        assert exit_code_of(error) is not ExitCode.FAULT, kind
        assert exit_code_of_kind(kind.__name__) is exit_code_of(error)


def test_every_exit_code_has_a_sentence_in_the_help(shell: Shell) -> None:
    told = shell.run("--help")
    assert all(SENTENCES[code] in told for code in ExitCode)


def test_a_command_line_that_is_not_understood_ends_with_two(shell: Shell) -> None:
    shell.run("links", code=2)
    shell.run("nonsense", code=2)


def test_the_screens_need_a_terminal(shell: Shell) -> None:
    shell.run(code=64)
    shell.run("demo", code=64)


def test_a_fault_is_one_sentence_and_leaves_no_secret_behind(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, *arguments: object, **options: object) -> None:
        raise RuntimeError("http://127.0.0.1/l/secret")

    monkeypatch.setattr("linktui.services.links.LinkService.window", fail)
    shell.run("links", "list", code=1)
    assert shell.narration.count("\n") == 1
    written = (shell.locations.state / "fault.log").read_text()
    assert "RuntimeError" in written
    assert "secret" not in shell.narration + written


def test_a_reader_that_has_enough_is_no_fault(tmp_path: Path) -> None:
    program = f"{sys.executable} -m linktui schema uploads | head -c 1"
    done = subprocess.run(
        ["sh", "-c", program], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_completion_is_made_for_each_shell(shell: Shell) -> None:
    for name in ("bash", "zsh", "tcsh"):
        assert "linktui" in shell.run("completion", name)


def test_the_daemons_log_is_printed_without_control_characters(shell: Shell) -> None:
    shell.run("daemon", "logs")
    assert "not written a log" in shell.narration
    shell.locations.create()
    shell.locations.log.write_text("one\ntwo\nthree \x1b[31m\n")
    assert shell.run("daemon", "logs", "-n", "2") == "two\nthree \ufffd[31m"
    shell.run("daemon", "stop")
    assert "No daemon was running" in shell.narration


@pytest.mark.parametrize("module", ["linktui.cli.main", "linktui.services.house", "linktui.wiring"])
def test_a_module_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert not set(HEAVY) & set(loaded.stdout.split())


def test_listing_links_loads_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "linktui", "links", "list"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "linktui.wiring" in loaded
    assert not set(HEAVY) & loaded


def environment(home: Path) -> dict[str, str]:
    return dict(os.environ) | {"LINKTUI_HOME": str(home)}
