"""A dry run shows what would go over the line, and nothing goes."""

from __future__ import annotations

import json

from tests.e2e.conftest import Program


def test_nothing_is_sent_by_a_dry_run(program: Program) -> None:
    (program.work / "notes.txt").write_text("hello")
    assert "POST http://127.0.0.1" in program.run("upload", "notes.txt", "--link", "--dry-run")
    token = (program.locations.server / "token").read_text().strip()
    assert program.rows("uploads", "list") == []
    program.run("upload", "notes.txt", "--link")
    [link] = program.rows("links", "list")
    for arguments in (
        ("links", "edit", link["id"], "--name", "other", "--dry-run"),
        ("links", "extend", link["id"], "--by", "1d", "--dry-run"),
        ("links", "expire", link["id"], "--dry-run"),
        ("links", "revoke", link["id"], "--dry-run"),
        ("links", "delete", link["id"], "--dry-run"),
        ("files", "delete", link["files"][0]["id"], "--dry-run"),
        ("links", "create", "--file", link["files"][0]["id"], "--dry-run"),
    ):
        shown = program.ask(*arguments)
        assert "http://127.0.0.1" in shown
        assert token not in shown
    assert program.rows("links", "list") == [link]


def test_the_requests_of_a_move_are_shown_and_none_is_sent(program: Program) -> None:
    program.configure('[accounts.there]\nprovider = "local"\n')
    (program.work / "notes.txt").write_text("hello")
    program.run("upload", "notes.txt", "--link")
    [link] = program.rows("links", "list", "--account", "local")
    requests = json.loads(
        program.run(
            "links", "move", "--account", "local", "--to", "there", "--end-old", "--dry-run", "--json"
        )
    )
    assert [request["method"] for request in requests] == ["POST", "POST", "PATCH"]  # upload, link, end
    assert program.rows("links", "list", "--account", "local") == [link]
    assert program.rows("plan", "list") == []
