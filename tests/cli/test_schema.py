"""What `--json` prints is what `linktui schema` says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs

from linktui.cli.schema import SCHEMAS
from tests.cli.conftest import Shell


def valid(shell: Shell, name: str, value: object) -> None:
    jsonschema_rs.validate(json.loads(shell.run("schema", name)), value)


def test_every_list_holds_things_of_its_schema(shell: Shell, notes: Path) -> None:
    shell.run("upload", str(notes), "--link", "--tag", "a=b")
    for name in ("links", "files", "uploads"):
        [thing] = shell.array(name, "list")
        valid(shell, name, thing)
    valid(shell, "links", shell.json("links", "show", "l_1"))


def test_the_daemons_status_is_of_its_schema_even_when_none_runs(shell: Shell) -> None:
    valid(shell, "daemon", shell.json("daemon", "status", code=11))


def test_the_doctors_findings_are_of_their_schema(shell: Shell) -> None:
    shell.run("links", "list")
    findings = shell.array("doctor")
    for finding in findings:
        valid(shell, "doctor", finding)


def test_each_schema_is_one(shell: Shell) -> None:
    for name in SCHEMAS:
        jsonschema_rs.meta.validate(json.loads(shell.run("schema", name)))
