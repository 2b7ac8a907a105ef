"""`linktui links check` says what is wrong with links, and plans what would mend them."""

from __future__ import annotations

from linktui.cli.schema import names_of
from linktui.model.finding import Seen, Served
from tests.cli.conftest import Shell


def test_what_is_wrong_is_listed_and_becomes_a_plan(shell: Shell) -> None:
    shell.link("--name", "good", "--expires", "7d")
    assert shell.run("links", "check") == ""
    assert "1 of 1 link checked, nothing found." in shell.narration
    dead = shell.link("--name", "dead", "--expires", "7d")
    shell.link("--name", "lasting", "--expires", "never")
    shell.link("--name", "guarded", "--expires", "7d", "--limit", "2")
    shell.probes.seen[str(dead["url"])] = Seen(Served.NOTHING, "410")

    table = shell.run("links", "check", code=10)
    assert "alive, but not served" in table
    assert "its address answers 410" in table
    assert "1 not asked for a byte" in shell.narration
    records = shell.json("links", "check", code=10)
    assert [(one["found"], one["name"], one["change"], one["advised"]) for one in records] == [
        ("dead", "dead", "delete", True),
        ("unending", "lasting", "update", False),
    ]
    assert list(records[0]) == names_of("findings")

    number = shell.run("links", "check", "--plan", code=10)
    changes = shell.object("plan", "show", number)["changes"]
    assert [(change["name"], change["verb"]) for change in changes] == [("dead", "delete")]
    assert str(dead["url"]) not in shell.run("log")


def test_a_matter_of_taste_counts_when_it_is_asked_for_by_name(shell: Shell) -> None:
    lasting = shell.link("--name", "lasting", "--expires", "never")
    assert "never ends" in shell.run("links", "check")
    shell.run("links", "check", "--plan")
    assert "nothing that a plan would mend" in shell.narration
    number = shell.run("links", "check", str(lasting["id"]), "--only", "unending", "--plan", code=10)
    assert shell.object("plan", "show", number)["verbs"] == {"update": 1}
    assert shell.run("links", "check", "--only", "dead") == ""


def test_what_cannot_be_looked_at_is_no_clean_bill(shell: Shell) -> None:
    link = shell.link("--name", "far", "--expires", "7d")
    shell.probes.seen[str(link["url"])] = Seen(Served.UNSURE, "no connection")
    assert "could not be looked at" in shell.run("links", "check", code=8)
