"""`linktui doctor` finds what is wrong and says what to do."""

from __future__ import annotations

from tests.cli.conftest import Shell


def test_a_logo_that_is_gone_is_said_and_links_are_served_without_it(shell: Shell) -> None:
    shell.locations.create()
    shell.locations.settings_file.write_text('[sender]\nname = "Ada"\nlogo = "gone.png"\n')
    [finding] = [one for one in shell.array("doctor") if one["subject"] == "configuration"]
    assert finding["verdict"] == "warn"
    assert "gone.png" in finding["sentence"]
    assert "cannot be read" in finding["sentence"]
    shell.locations.settings_file.write_text('[sender]\naccent = "blue"\n')
    shell.run("links", "list", code=2)
    assert "line 2, sender.accent: has to be a colour such as #1f5fbf" in shell.narration


def test_a_home_that_is_not_there_yet_is_no_fault(shell: Shell) -> None:
    assert "not there yet" in shell.run("doctor")


def test_a_broken_configuration_is_found(shell: Shell) -> None:
    shell.locations.create()
    shell.locations.settings_file.write_text("[local]\nport = 99999\n")
    assert "local.port" in shell.run("doctor", code=1)


def test_a_damaged_database_is_found(shell: Shell) -> None:
    shell.locations.create()
    shell.locations.database.write_bytes(b"no database at all" * 500)
    assert "fail  database" in shell.run("doctor", code=1)
    shell.run("links", "list", code=9)


def test_a_file_that_others_can_read_is_found(shell: Shell) -> None:
    shell.run("links", "list")
    shell.locations.database.chmod(0o644)
    assert "chmod 600" in shell.run("doctor", code=1)
