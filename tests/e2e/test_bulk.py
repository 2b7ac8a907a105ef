"""Many links of all services changed by keyboard alone: filter, mark, edit as text, review, apply, undo."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from typing import Any

from tests.e2e.conftest import PROGRAM, Program
from tests.e2e.terminal import Terminal

EDITOR = """
import re, sys
path = sys.argv[1]
kept, deleted = [], 0
for line in open(path, encoding="utf-8"):
    words = line.split()
    if line.startswith("#") or len(words) < 2 or "/" not in words[0]:
        kept.append(line)
    elif words[0].startswith("local/") and deleted < 2:
        deleted += 1
    else:
        kept.append(line.replace(words[1], "+2d", 1))
open(path, "w", encoding="utf-8").writelines(kept)
"""
FILTER = '(-account:local OR "for the auditors") state:active -expires:never has:files'
"""What others share here shows at the service itself and at the embedded one: these are no such pairs."""


def links(program: Program) -> dict[tuple[str, str], dict[str, Any]]:
    told = program.rows("links", "list", "--all", "--filter", "has:files")
    return {(link["account"], link["id"]): link for link in told}


def end(link: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(link["expires_at"])


def test_links_of_every_service_are_edited_as_text_applied_and_undone(program: Program) -> None:
    editor = program.work / "editor.py"
    editor.write_text(EDITOR)
    program.configure('[local]\ndialects = true\n\n[plans]\nhold = "1s"\n')
    program.run("demo", "--home", str(program.home), "--fill-only")
    program.run("daemon", "start")
    chosen = program.rows("links", "list", "--filter", FILTER)
    assert {link["provider"] for link in chosen} == {
        "local", "stripe", "finix", "digitalriver", "liquidfiles",
    }  # fmt: skip
    before = links(program)
    environment = program.environment | {
        "PYTHONWARNINGS": "default",
        "VISUAL": f"{sys.executable} {editor}",
    }
    os.chdir(program.work)
    with Terminal(PROGRAM, environment=environment) as terminal:
        terminal.wait_for("Links", "architecture.png", "Copy URL")
        terminal.press("/")
        terminal.wait_for("│filter")
        terminal.press(FILTER)
        terminal.wait_for(f"{len(chosen)}/")
        terminal.press("Enter")
        terminal.wait_for("Copy URL")
        terminal.press("a")
        terminal.wait_for(f"{len(chosen)} marked")
        terminal.press("E")
        terminal.wait_for("Changes", "- 2 revoke", "cannot")
        terminal.press("y")
        terminal.wait_for("Apply plan")
        terminal.press("y")
        terminal.wait_for("Pending")
        terminal.wait_until(lambda screen: "✓ done" in screen and "Pending" not in screen, patience=60)

        after = links(program)
        revoked = [key for key, link in after.items() if link["state"] == "revoked"]
        assert len([key for key in revoked if before[key]["state"] != "revoked"]) == 2
        for link in chosen:
            key = (link["account"], link["id"])
            if link["provider"] == "finix":
                assert end(after[key]) == end(before[key])  # it changes no link
            elif key not in revoked:
                # LiquidFiles knows days only, and reads a moment as the day it is in.
                assert abs(end(after[key]) - end(before[key]) - timedelta(days=2)) < timedelta(days=1)

        terminal.press("u")
        terminal.wait_for("undo:", "cannot")
        terminal.press("y")
        terminal.wait_until(lambda screen: "undo:" in screen and "took" in screen, patience=60)
        back = links(program)
        for link in chosen:  # what others share is seen at the embedded one as well, but a little later
            key = (link["account"], link["id"])
            if key not in revoked:
                assert end(back[key]) == end(before[key])
        terminal.press("\x11")  # ^q
        assert terminal.wait_for_exit() == 0
