"""`linktui filters …` saves filters for the screen, lists and removes them."""

from __future__ import annotations

from tests.cli.conftest import Shell
from tests.cli.test_schema import valid


def test_filters_are_saved_listed_and_removed(shell: Shell) -> None:
    assert shell.json("filters", "list") == []
    shell.run("filters", "list")
    assert "linktui filters save NAME FILTER" in shell.narration
    shell.run("filters", "save", "Ends soon", "expires<24h")
    [saved] = shell.array("filters", "list")
    assert saved == {"name": "Ends soon", "filter": "expires<24h"}
    valid(shell, "filters", saved)
    assert "Ends soon  expires<24h" in shell.run("filters", "list")
    assert shell.run("filters", "list", "--csv") == "name,filter\nEnds soon,expires<24h"
    shell.run("filters", "remove", "Ends soon")
    assert shell.json("filters", "list") == []
    shell.run("filters", "remove", "Ends soon", code=2)


def test_a_filter_that_cannot_be_read_is_pointed_at_and_not_saved(shell: Shell) -> None:
    shell.run("filters", "save", "Bad", "a (b", code=2)
    assert shell.narration.splitlines()[-2:] == ["a (b", "  ^"]
    assert shell.json("filters", "list") == []
