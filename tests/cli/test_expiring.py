"""`linktui expiring` says what ends soon, and a script reads it from the exit code."""

from __future__ import annotations

import csv
import io

from linktui.cli.schema import names_of
from tests.cli.conftest import Shell


def test_a_script_learns_from_the_exit_code_whether_a_link_ends_soon(shell: Shell) -> None:
    assert shell.run("expiring") == ""
    assert shell.narration == "No live link ends within 1d 0h.\n"
    shell.link("--name", "week", "--expires", "7d")
    assert shell.run("expiring", "--count") == "0"
    shell.link("--name", "hours", "--expires", "5h", "--tag", "team=sales")
    shell.link("--name", "minutes", "--expires", "30m")
    assert shell.run("expiring", "--quiet", code=10) == ""
    assert shell.run("expiring", "--count", "--within", "8d", code=10) == "3"
    assert shell.run("expiring", "--count", "--filter", "tag.team=sales", code=10) == "1"
    shell.run("expiring", "--account", "nobody", code=2)
    shell.run("expiring", "--within", "soon", code=2)


def test_the_soonest_comes_first_with_what_can_be_done_about_it_afterwards(shell: Shell) -> None:
    for name, ends in (("week", "7d"), ("hours", "5h"), ("minutes", "30m"), ("lasting", "never")):
        shell.link("--name", name, "--expires", ends)
    lines = shell.run("expiring", "--within", "8d", code=10).splitlines()
    assert [line.split()[-5] for line in lines[1:]] == ["minutes", "hours", "week"]
    assert all(line.endswith("can be revived") for line in lines[1:])
    records = shell.json("expiring", "--within", "6h", code=10)
    assert [record["name"] for record in records] == ["minutes", "hours"]
    assert 25 * 60 < records[0]["seconds_left"] <= 30 * 60
    assert (records[0]["saving"], records[0]["final_at"]) == ("always", None)
    assert list(records[0]) == names_of("expiring")
    table = list(csv.DictReader(io.StringIO(shell.run("expiring", "--csv", code=10))))
    assert [row["saving"] for row in table] == ["always", "always"]
