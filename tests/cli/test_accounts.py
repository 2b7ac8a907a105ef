"""Accounts by command: no secret on a command line, nothing written that does not work."""

from __future__ import annotations

import asyncio
import io
import stat
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from linktui.cli.schema import names_of
from linktui.config.secrets import secret_of
from linktui.model.errors import NotFound, Unauthorized, Unavailable
from linktui.storage.accounts import Accounts
from linktui.wiring import build
from tests.cli.conftest import Shell

ADD = ("accounts", "add", "work", "--provider", "local")


def file_of(shell: Shell) -> Path:
    return shell.locations.settings_file


def test_the_embedded_account_is_listed(shell: Shell) -> None:
    [account] = shell.array("accounts", "list")
    assert list(account) == names_of("accounts")
    assert (account["name"], account["is_default"], account["secret"]) == ("local", True, "")
    assert "local" in shell.run("accounts", "list")
    assert shell.run("accounts", "list", "--csv").splitlines()[0].startswith("name,provider")


def test_an_account_is_added_tested_renamed_and_removed(shell: Shell) -> None:
    shell.run(*ADD, "--tag", "team=ops", "--default", "--longest-expires", "30d")
    assert "It works: somebody, a test account" in shell.narration
    assert 'team = "ops"' in file_of(shell).read_text()
    account = shell.object("accounts", "show", "work")
    assert (account["who"], account["is_default"]) == ("somebody", True)
    assert "somebody" in shell.run("accounts", "test", "work")
    shell.run("accounts", "rename", "work", "office")
    assert [one["name"] for one in shell.array("accounts", "list")] == ["local", "office"]
    shell.run("accounts", "remove", "office", code=64)
    shell.run("accounts", "remove", "office", "--yes")
    assert [one["name"] for one in shell.array("accounts", "list")] == ["local"]


@pytest.mark.parametrize(("error", "code"), [(Unauthorized("no such key"), 3), (Unavailable("no answer"), 7)])
def test_an_account_that_does_not_work_is_not_kept(shell: Shell, error: Exception, code: int) -> None:
    shell.provider.failures["identify"] = [error]  # type: ignore[list-item]  # both are ours
    shell.run(*ADD, code=code)
    assert not file_of(shell).exists()
    shell.run(*ADD, "--no-test")
    assert len(shell.array("accounts", "list")) == 2


def test_a_name_that_is_taken_is_said_before_a_secret_is_asked_for(shell: Shell) -> None:
    shell.run("accounts", "add", "local", "--provider", "local", code=2)
    assert "there already" in shell.narration
    shell.run(*ADD)
    shell.run(*ADD, code=2)
    shell.run(*ADD, "--replace", "--read-only")
    assert shell.object("accounts", "show", "work")["read_only"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--provider", "nobody"), "not known"),
        (("--provider", "local", "--set", "speed=9"), "speed"),
        (("--provider", "local", "--secret", "sk_live_canary"), "where the secret is kept"),
        (("--provider", "local", "--base-url", "ftp://x"), "https://"),
        (("--provider", "local", "--fingerprint", "00"), "SHA-256"),
    ],
)
def test_what_is_wrong_is_one_sentence(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    shell.run("accounts", "add", "x", *arguments, code=2)
    assert words in shell.narration
    assert "canary" not in shell.narration
    assert len(shell.narration.splitlines()) == 1


def test_an_account_nobody_has_is_said(shell: Shell) -> None:
    for verb in (["show"], ["test"], ["options"], ["default"], ["remove", "--yes"]):
        shell.run("accounts", verb[0], "gone", *verb[1:], code=2)
        assert "gone" in shell.narration


def test_everything_an_account_claims_is_tried(shell: Shell) -> None:
    outcomes = shell.array("accounts", "test", "local", "--conformance")
    assert {outcome["verdict"] for outcome in outcomes} <= {"ok", "lacking"}
    shell.provider.failures["list_files"] = [Unavailable("no answer")]
    assert "failed" in shell.run("accounts", "test", "local", "--conformance", code=8)


def test_the_log_of_calls_is_empty_and_then_not(shell: Shell) -> None:
    assert shell.run("log") == ""
    assert "No calls" in shell.narration
    assert shell.array("log") == []
    assert shell.run("log", "--csv") == ",".join(names_of("calls"))


def test_stdin_gives_a_secret_only_to_an_account_that_wants_one(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("canary\n"))
    shell.run(*ADD, "--secret-stdin")
    assert "canary" not in file_of(shell).read_text()


def test_an_address_that_is_not_the_services_is_said(shell: Shell) -> None:
    shell.provider.failures["identify"] = [NotFound("no such page")]
    shell.run(*ADD, code=2)
    assert shell.narration == "Base_url leads to a server that does not speak for this service.\n"


def test_without_a_keyring_a_script_can_agree_to_a_file(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = NoKeyring()  # type: ignore[no-untyped-call]  # keyring has no types there
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    add = ("accounts", "add", "pay", "--provider", "stripe", "--secret-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO("canary\n"))
    shell.run(*add, code=64)
    assert "Say so with --yes" in shell.narration
    monkeypatch.setattr("sys.stdin", io.StringIO("canary\n"))
    shell.run(*add, "--yes")
    kept = shell.locations.config / "secrets" / "pay"
    assert (kept.read_text().strip(), stat.S_IMODE(kept.stat().st_mode)) == ("canary", 0o600)
    assert shell.object("accounts", "show", "pay")["secret"] == f"file:{kept}"


def test_a_renamed_account_keeps_its_secret_when_its_old_name_is_taken_again(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = NoKeyring()  # type: ignore[no-untyped-call]  # as above
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    for secret in ("first", "second"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{secret}\n"))
        shell.run("accounts", "add", "pay", "--provider", "stripe", "--secret-stdin", "--yes")
        if secret == "first":
            shell.run("accounts", "rename", "pay", "old")
    kept = {name: shell.object("accounts", "show", name)["secret"] for name in ("old", "pay")}
    assert {name: secret_of(name, str(place)) for name, place in kept.items()} == {
        "old": "first",
        "pay": "second",
    }


def test_lists_name_the_account_once_there_are_several(shell: Shell) -> None:
    shell.link("--name", "first")
    assert "ACCOUNT" not in shell.run("links", "list")
    shell.run(*ADD)
    assert "ACCOUNT" in shell.run("links", "list")


def test_a_proxys_password_is_not_shown(shell: Shell) -> None:
    shell.run(*ADD, "--proxy", "http://me:canary@proxy.test:3128", "--no-test")
    shown = shell.run("accounts", "show", "work")
    assert "http://…@proxy.test:3128" in shown
    assert "canary" not in shown


def test_a_secret_that_does_not_work_takes_no_other_ones_place(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.cli.secret.keep_in_keyring", lambda name, secret: kept.append(secret))
    kept: list[str] = []
    add = ("accounts", "add", "pay", "--provider", "stripe", "--secret-stdin", "--replace")
    monkeypatch.setattr("sys.stdin", io.StringIO("sk_test_wrong\n"))
    shell.provider.failures["identify"] = [Unauthorized("no such key")]
    shell.run(*add, code=3)
    assert kept == []
    monkeypatch.setattr("sys.stdin", io.StringIO("sk_test_right\n"))
    shell.run(*add)
    assert kept == ["sk_test_right"]


def test_an_account_that_never_answered_is_not_said_to_have_no_files(shell: Shell) -> None:
    shell.run("files", "list", "--account", "local")
    assert shell.narration.startswith("local was not looked at yet")
    house = build(shell.locations)
    asyncio.run(Accounts(house.database).failed("local", error="The account's secret cannot be had."))
    house.database.close()
    assert shell.run("files", "list", "--account", "local", "--json", code=7) == "[]"
    assert shell.narration == "local was never looked at: The account's secret cannot be had.\n"
    shell.run("files", "list")
    assert "cannot be had" in shell.narration
