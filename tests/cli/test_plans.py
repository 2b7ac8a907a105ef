"""Many links at once from the command line: chosen, planned, asked about, applied, undone."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import jsonschema_rs
import pytest

from linktui.cli import applying
from linktui.model.errors import Rejected
from linktui.model.identity import Identity
from linktui.storage.accounts import Accounts
from linktui.storage.database import Database
from tests.cli.conftest import Shell

END = "2030-01-01T00:00:00Z"


@pytest.fixture
def three(shell: Shell) -> Shell:
    """A home with three links that end at one moment."""
    for name in ("one", "two", "three"):
        shell.link("--name", name, "--expires", END)
    return shell


def ends(shell: Shell) -> list[str]:
    return sorted({str(link.expires_at)[:10] for link in shell.provider.links.values()})


def test_what_a_filter_finds_is_changed_by_a_plan_and_taken_back(three: Shell) -> None:
    three.run("links", "extend", "--filter", "one OR two", "--by", "7d", "--yes")
    assert [str(three.provider.links[f"l_{n}"].expires_at)[:10] for n in (1, 2, 3)] == [
        "2030-01-08", "2030-01-08", "2030-01-01",
    ]  # fmt: skip
    assert "2 of 2 done" in three.narration
    three.run("plan", "undo", "--yes")
    assert ends(three) == ["2030-01-01"]
    three.run("plan", "redo", "--yes")
    assert ends(three) == ["2030-01-01", "2030-01-08"]


def test_without_yes_and_terminal_nothing_is_done_and_no_plan_is_left(three: Shell) -> None:
    before = three.array("plan", "list")
    three.run("links", "revoke", "l_1", "l_2", code=64)
    assert "2 revoke" in three.narration
    assert three.array("plan", "list") == before
    assert three.provider.links["l_1"].revoked_at is None


def test_a_plan_can_be_made_first_shown_and_applied_later(three: Shell) -> None:
    number = three.run("links", "edit", "--filter", "state:alive", "--tag", "order=42", "--plan")
    assert dict(three.provider.links["l_1"].metadata) == {}
    shown = three.run("plan", "show", number)
    assert shown.count("tag.order") == 3
    plan = three.object("plan", "show", number)
    schema = json.loads(three.run("schema", "plan"))
    jsonschema_rs.validate(schema, plan)
    assert [change["differences"] for change in plan["changes"]] == [
        [{"field": "tag.order", "before": "–", "after": "42"}]
    ] * 3
    applied = three.object("plan", "apply", number, "--yes")
    assert applied["counts"] == {"done": 3}
    assert {link.metadata["order"] for link in three.provider.links.values()} == {"42"}
    three.run("plan", "apply", number, "--yes", code=2)
    three.run("plan", "discard", number, code=2)


def test_what_fails_ends_as_partial_and_is_retried(three: Shell) -> None:
    three.provider.failures["update_link"] = [Rejected("not today")]
    three.run("links", "extend", "--filter", "state:alive", "--by", "7d", "--yes", code=8)
    assert "not today" in three.narration
    number = str(three.array("plan", "list")[0]["id"])
    three.run("plan", "retry", number)
    assert ends(three) == ["2030-01-08"]
    three.run("plan", "retry", number)
    assert "Nothing of plan" in three.narration


def test_what_is_not_found_or_not_said_is_refused(three: Shell) -> None:
    three.run("links", "extend", "l_1", "--filter", "x", "--by", "7d", code=2)
    three.run("links", "extend", "--by", "7d", code=2)
    three.run("links", "extend", "l_none", "--by", "7d", code=4)
    three.run("links", "extend", "--filter", "state:nope", "--by", "7d", code=2)
    three.run("links", "extend", "--filter", "nobody-has-this", "--by", "7d", "--yes")
    assert "No link is meant" in three.narration
    three.run("links", "edit", "l_1", "l_2", "--slug", "same", code=2)
    three.run("plan", "show", "99", code=2)


def test_links_of_a_live_account_are_ended_only_by_their_number(three: Shell) -> None:
    database = Database(three.locations.database)
    asyncio.run(Accounts(database).identified("local", Identity(who="me", live=True)))
    database.close()
    three.run("links", "revoke", "l_1", "l_2", "--yes", code=64)
    assert "--count 2" in three.narration
    three.run("links", "revoke", "l_1", "l_2", "--yes", "--count", "3", code=64)
    assert three.provider.links["l_1"].revoked_at is None
    three.run("links", "revoke", "l_1", "l_2", "--yes", "--count", "2")
    assert three.provider.links["l_1"].revoked_at is not None


def test_the_history_has_everything_and_one_links_own(three: Shell) -> None:
    three.run("links", "edit", "l_1", "--name", "new")
    three.run("links", "delete", "l_2", "l_3", "--yes")
    acts = [(row["verb"], row["link"]) for row in three.array("history")]
    assert sorted(acts[:3]) == [("delete", "l_2"), ("delete", "l_3"), ("update", "l_1")]
    assert [row["verb"] for row in three.array("history", "l_1")] == ["update", "create"]
    rows = list(csv.DictReader(io.StringIO(three.run("history", "--csv", "--limit", "2"))))
    assert len(rows) == 2
    assert "update" in three.run("history")


def test_a_link_for_each_of_several_files(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    ids = []
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
        ids.append(shell.run("upload", str(folder / name)))
    shell.run("links", "create", "--each", "--file", *ids, "--expires", "1d", "--yes")
    assert sorted(link.files[0].id for link in shell.provider.links.values()) == sorted(ids)


def test_a_plan_that_is_left_to_the_daemon_is_printed_by_its_number(
    three: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "LOOK", 0.01)
    number = three.run("links", "extend", "--filter", "one", "--by", "7d", "--yes", "--no-wait")
    assert int(number) == three.array("plan", "list")[0]["id"]


def test_no_url_and_no_password_is_in_what_is_printed_of_plans(
    three: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "password"
    secret.write_text("hunter22\n")
    number = three.run("links", "edit", "--filter", "one OR two", "--password-file", str(secret), "--plan")
    for arguments in (["plan", "show", number], ["plan", "show", number, "--json"], ["plan", "list"]):
        written = three.run(*arguments)
        assert "hunter22" not in written
        assert "http" not in written
