"""Commands about several links make one plan of it, ask once, and end with one code."""

from __future__ import annotations

from pathlib import Path

import pytest

from linktui.model.errors import Rejected
from tests.cli.conftest import Shell

ENDS = "2030-01-01T00:00:00Z"
LATER = "2030-01-08T00:00:00Z"


@pytest.fixture
def three(shell: Shell) -> Shell:
    for name, team in (("a.pdf", "x"), ("b.pdf", "x"), ("c.zip", "y")):
        shell.link("--name", name, "--expires", ENDS, "--tag", f"team={team}")
    return shell


def ends(shell: Shell) -> dict[str, str]:
    return {str(link["id"]): str(link["expires_at"]) for link in shell.array("links", "list", "--ended")}


def plans(shell: Shell) -> list[str]:
    """Return the titles of the plans that did more than make one link."""
    return [plan["title"] for plan in shell.array("plan", "list") if not plan["title"].startswith("create")]


def test_a_filter_extends_all_that_it_matches_by_one_plan(three: Shell) -> None:
    plan = three.json("links", "extend", "--filter", "tag.team=x", "--by", "7d", "--yes")
    assert plan["title"] == "extend 2 links by 7d"
    assert plan["counts"] == {"done": 2}
    assert ends(three) == {"l_1": LATER, "l_2": LATER, "l_3": ENDS}
    three.run("plan", "undo", "--yes")
    assert set(ends(three).values()) == {ENDS}


def test_it_is_shown_and_asked_and_nothing_is_left_of_a_no(three: Shell) -> None:
    three.run("links", "revoke", "--filter", "tag.team=x", code=64)
    assert "- 2 revoke" in three.narration
    assert "Revoke 2 links? 2 of 2 cannot be undone. Say so with --yes." in three.narration
    assert plans(three) == []
    assert "revoke_link" not in three.provider.calls


def test_only_twenty_changes_are_shown_before_the_question(shell: Shell) -> None:
    for _ in range(22):
        shell.link("--expires", ENDS)
    shell.run("links", "extend", "--filter", "state:active", "--until", "never", code=64)
    assert "… 2 more" in shell.narration


def test_a_plan_is_only_made_when_that_is_asked_for(three: Shell) -> None:
    number = three.run("links", "tag", "l_1", "l_3", "--set", "team=z", "--remove", "old", "--plan")
    assert plans(three) == ["tag 2 links: team=z -old"]
    assert "update_link" not in three.provider.calls
    three.run("plan", "apply", number, "--yes")
    assert [dict(link.metadata)["team"] for link in three.provider.links.values()] == ["z", "x", "z"]


def test_one_link_that_is_named_is_changed_at_once(three: Shell) -> None:
    three.run("links", "tag", "l_1", "--set", "team=z")
    assert plans(three) == ["update “a.pdf”"]
    assert three.provider.links["l_1"].metadata == {"team": "z"}
    three.run("links", "tag", "l_1", code=2)


def test_an_edit_of_many_sets_the_same_on_each(three: Shell) -> None:
    three.run("links", "edit", "--filter", "state:active", "--limit", "4", "--expires", "+7d", "--yes")
    assert {link.download_limit for link in three.provider.links.values()} == {4}
    assert set(ends(three).values()) == {LATER}
    three.run("links", "edit", "l_1", "l_2", "--slug", "same", "--yes", code=2)
    three.run("links", "edit", "l_1", "l_2", code=64)
    assert "linktui links export" in three.narration


def test_a_failure_of_some_is_partial_and_named(three: Shell) -> None:
    three.provider.failures["update_link"] = [Rejected("not today")]
    three.run("links", "extend", "--account", "local", "--by", "7d", "--yes", code=8)
    assert "✕ “" in three.narration
    assert "not today." in three.narration
    assert "2 done, 1 failed" in three.narration


def test_what_cannot_be_is_said_and_makes_it_partial(three: Shell) -> None:
    three.link("--name", "d", "--expires", "never")
    three.run("links", "extend", "--account", "local", "--by", "7d", "--yes", code=8)
    assert "“d” (l_4): Link never expires already." in three.narration


def test_links_have_to_be_named_one_way_or_the_other(three: Shell) -> None:
    three.run("links", "extend", "--by", "7d", code=2)
    three.run("links", "delete", "--filter", "", "--yes", code=2)
    three.run("links", "delete", "l_1", "--filter", "x", "--yes", code=2)
    three.run("links", "delete", "--filter", "state:nonsense", "--yes", code=2)
    assert len(three.provider.links) == 3


def test_a_filter_that_matches_nothing_is_no_failure(three: Shell) -> None:
    assert three.json("links", "delete", "--filter", "nothing-of-this-name", "--yes") == []
    assert "No link matches" in three.narration


def test_a_link_named_twice_is_changed_once(three: Shell) -> None:
    plan = three.json("links", "extend", "l_1", "l_1", "l_2", "--by", "7d", "--yes")
    assert plan["counts"] == {"done": 2}


def test_a_link_is_made_to_each_file(shell: Shell, notes: Path) -> None:
    other = notes.with_name("other.txt")
    other.write_text("more\n")
    files = [shell.run("upload", str(path)) for path in (notes, other)]
    urls = shell.run("links", "create", "--each", "--file", *files, "--caption", "one", "--yes").splitlines()
    assert urls == [link.url for link in shell.provider.links.values()]
    assert [link.files[0].caption for link in shell.provider.links.values()] == ["one", ""]
    assert len(urls) == 2
    shell.run("links", "create", "--each", "--file", *files, "--slug", "x", "--yes", code=2)


def test_links_move_to_another_account(shell: Shell) -> None:
    shell.locations.create()
    shell.locations.settings_file.write_text('[accounts.there]\nprovider = "local"\n')
    shell.link("--name", "in-box")
    shell.run("links", "move", "l_1", "--to", "there", "--yes", code=13)
    assert "holds no file" in shell.narration
    shell.run("links", "move", "l_1", "--to", "nowhere", code=2)
    shell.run("links", "move", "l_1", "--to", "there", "--expires", "now", code=2)
