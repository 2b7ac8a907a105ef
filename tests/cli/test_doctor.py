"""`linktui doctor` finds what is wrong and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_a_secret_that_cannot_be_had_is_said_with_what_to_do_and_never_the_secret(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.locations.create()
    kept = tmp_path / "key"
    kept.write_text("sk_test_hush")
    kept.chmod(0o644)
    places = {"unset": "env:NO_SUCH_KEY", "empty": "keyring:", "gone": f"file:{tmp_path}/gone",
              "open": f"file:{kept}", "told": "command: false", "good": "env:GOOD_KEY"}  # fmt: skip
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    monkeypatch.setenv("GOOD_KEY", "sk_test_hush")
    monkeypatch.setattr("keyring.get_password", lambda service, account: None)
    tables = [f'[accounts.{name}]\nprovider = "stripe"\nsecret = "{place}"' for name, place in places.items()]
    shell.locations.settings_file.write_text("\n".join(tables))
    told = shell.run("doctor", code=1)
    lines = {
        line.split(": ", 1)[0]: line.split(": ", 1)[1] for line in told.splitlines() if "  account " in line
    }
    assert "NO_SUCH_KEY is not set in the environment of this process; set it" in lines["fail  account unset"]
    assert "the keyring holds none for “empty”; add the account anew" in lines["fail  account empty"]
    assert "there is no such file; write the secret into it" in lines["fail  account gone"]
    assert f"others may read it; run `chmod 600 {kept}`" in lines["fail  account open"]
    assert "it ended with status 1; run it by hand" in lines["fail  account told"]
    assert lines["ok    account good"] == "its secret is there (env:GOOD_KEY)."
    assert "hush" not in told
