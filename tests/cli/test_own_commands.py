"""`linktui run` runs a command of the user's own, and `linktui hooks` shows and tries hooks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_schema import valid

EXAMPLES = Path(__file__).parents[2] / "docs/examples"


def configure(shell: Shell, text: str) -> Path:
    """Write the configuration file and return a path that its lines may write to."""
    out = shell.locations.config / "out"
    shell.locations.create()
    shell.locations.settings_file.write_text(text.replace("OUT", str(out)))
    return out


def test_a_command_gets_the_links_as_one_array_or_each_by_itself(shell: Shell) -> None:
    out = configure(
        shell,
        '[commands.all]\nrun = "cat >OUT; echo $LINKTUI_COUNT $LINKTUI_ID >>OUT"\n'
        '[commands.each]\neach = true\nrun = "cat >>OUT; echo $LINKTUI_ID $LINKTUI_STATE >>OUT"\n'
        '[commands.sure]\nconfirm = "Really?"\nrun = "true"\n'
        '[commands.fails]\neach = true\nrun = "test $LINKTUI_ID = l_2 || exit 7"\n',
    )
    first, second = shell.link(), shell.link()
    shell.run("run", "all", "l_1", "l_2")
    array, rest = out.read_text().splitlines()
    assert [one["id"] for one in json.loads(array)] == [first["id"], second["id"]]
    assert rest == "2"
    valid(shell, "links", json.loads(array)[0])
    out.unlink()
    shell.run("run", "each", "--filter", "kind:upload")
    lines = out.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines[::2]] == ["l_2", "l_1"]
    assert lines[1::2] == ["l_2 active", "l_1 active"]
    shell.run("run", "sure", "l_1", code=64)
    assert "Really? Say so with --yes." in shell.narration
    shell.run("run", "sure", "l_1", "--yes")
    with pytest.raises(SystemExit, match="7"):  # its own exit code
        shell.run("run", "fails", "l_1")
    shell.run("run", "fails", "l_1", "l_2", code=8)
    assert "“fails” failed in 1 of 2 runs." in shell.narration
    assert "each" in shell.run("run")
    shell.run("run", "nothing", "l_1", code=2)
    assert "there are all, each, sure, fails" in shell.narration


def test_a_mistake_in_a_command_or_hook_is_pointed_at(shell: Shell) -> None:
    for text, said in (
        ('[commands.x]\nrun = " "\n', "commands.x.run: is empty"),
        (
            '[commands.x]\nrun = "true"\non = ["plans"]\n',
            "line 3, commands.x.on: has no “plans”; allowed are",
        ),
        ('[commands.x]\nrun = "true"\non = "links"\n', "commands.x.on: has to be a list of texts"),
        ('[commands."a b"]\nrun = "true"\n', "“a b” cannot be a name"),
        ('[hooks.x]\nrun = "true"\n', "hooks.x.on: is missing"),
        (
            '[hooks.x]\non = ["link.gone"]\nrun = "true"\n',
            "hooks.x.on: has no “link.gone”; allowed are",
        ),
        ('[hooks.x]\non = ["link.expiring"]\nbefore = []\nrun = "true"\n', "hooks.x.before: is empty"),
        ('[hooks.x]\non = ["link.expiring"]\nbefore = ["1y"]\nrun = "true"\n', "1y is too long"),
        ('[notify]\nbefore = ["soon"]\n', "notify.before: “soon” is no length of time"),
        ('[notify]\nuploads = "always"\n', "or never"),
        ('[notify]\ndesktop = "maybe"\n', "notify.desktop: has no “maybe”"),
    ):
        configure(shell, text)
        shell.run("links", "list", code=2)
        assert said in shell.narration


def test_the_doctor_says_which_keys_a_command_cannot_have(shell: Shell) -> None:
    configure(
        shell,
        '[commands.a]\nkey = "y"\nrun = "true"\n[commands.b]\nkey = "^t"\nrun = "true"\n'
        '[commands.c]\nkey = "ctrl+t"\non = ["files"]\nrun = "true"\n'
        '[commands.d]\nkey = "ctrl+t"\non = ["links"]\nrun = "true"\n'
        '[commands.e]\nkey = "ctrl-e,F6"\nrun = "true"\n[commands.f]\nkey = "^i,o"\nrun = "true"\n'
        '[commands.g]\nkey = "r,P"\non = ["links"]\nrun = "true"\n[keys]\n"refresh" = "P"\n'
        '"open-in-browser" = "F9"\n',
    )
    found = {
        one["sentence"].removeprefix("[commands.").partition("; the palette (:) has it as “")[0]
        for one in shell.json("doctor")
        if one["subject"] == "own commands"
    }
    assert found == {
        "a] key “y” on links is “Copy URL” already",
        "a] key “y” on detail is “Copy URL” already",
        "d] key “^t” on links is “b” already",
        "e] key “ctrl-e” is no key: write a character, ^x, F5, Space, Enter, Del or alt+x",
        "f] most terminals send the same for ^i and Tab.",
        "g] key “P” on links is “Look again” already",
    }
    assert "[commands.g] key “P” on links" in shell.run("keys", "check", code=2)
    shell.run("keys", "set", "refresh", "^t")
    assert shell.narration.count("[commands.") == 4  # what was wrong before is not said again
    assert "[commands.b] key “^t” on links is “Look again” already" in shell.narration
    configure(shell, (EXAMPLES / "commands.toml").read_text())
    [fine] = [one for one in shell.json("doctor") if one["subject"] == "own commands"]
    assert fine["verdict"] == "ok"


def test_a_hook_is_listed_and_tried_with_every_event(shell: Shell) -> None:
    assert shell.json("hooks", "list") == []
    shell.run("hooks", "list")
    assert "[hooks.NAME]" in shell.narration
    out = configure(
        shell,
        '[hooks.all]\non = ["upload.done", "link.expiring"]\nbefore = ["2h"]\nrun = "cat >OUT"\n'
        '[hooks.bad]\non = ["upload.done"]\nrun = "echo no room >&2; exit 4"\n',
    )
    hooks = shell.array("hooks", "list")
    valid(shell, "hooks", hooks[0])
    assert [hook["before"] for hook in hooks] == [["2h"], []]
    assert "link.expiring (2h before)" in shell.run("hooks", "list")
    events = json.loads(shell.run("schema", "events"))["properties"]["event"]["enum"]
    for event in events:
        shell.run("hooks", "test", "all", event)
        told = json.loads(out.read_text())
        valid(shell, "events", told)
        assert told["event"] == event
    shell.run("hooks", "test", "bad", code=1)
    assert "“bad” on upload.done: ended with code 4: no room." in shell.narration
    shell.run("hooks", "test", "none", code=2)
    assert shell.json("hooks", "log") == []


def test_the_example_command_of_the_docs_posts_a_link(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curl = tmp_path / "bin/curl"  # which writes down what it was to send
    curl.parent.mkdir()
    curl.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{tmp_path}/sent\n')
    curl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{curl.parent}:{EXAMPLES}:{os.environ['PATH']}")
    monkeypatch.setenv("TICKETS", "https://tickets.example/api/comments")
    configure(shell, (EXAMPLES / "commands.toml").read_text())
    link = shell.link("--name", "$(touch pwned)", "--expires", "never")
    shell.run("run", "ticket", "l_1", "--yes")
    assert (tmp_path / "sent").read_text().splitlines() == [
        "-fsS",
        "--data-urlencode",
        f"body=$(touch pwned), until it is taken back: {link['url']}",
        "https://tickets.example/api/comments",
    ]
