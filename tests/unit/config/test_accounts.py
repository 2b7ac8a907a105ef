"""Accounts are tables a person can write by hand, and what a person wrote around them stays."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

import pytest

from linktui.config.account import AccountSettings
from linktui.config.accounts import (
    check_account,
    remove_account,
    rename_account,
    write_account,
    write_default,
)
from linktui.config.loading import load_settings
from linktui.model.errors import InvalidInput, StorageUnusable

WRITTEN = """\
# our own notes
[screen]
theme = "linktui-light"   # easier on the eyes

[accounts.acme]
provider = "stripe"
secret = "env:STRIPE_API_KEY"  # set by direnv
stripe_account = "acct_1"
tags = { team = "ops" }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config" / "linktui.toml"
    path.parent.mkdir()
    path.write_text(WRITTEN)
    return path


def test_an_account_is_read_with_what_belongs_to_its_provider(path: Path) -> None:
    account = load_settings(path).accounts["acme"]
    assert (account.provider, account.secret) == ("stripe", "env:STRIPE_API_KEY")
    assert dict(account.settings) == {"stripe_account": "acct_1"}
    assert dict(account.tags) == {"team": "ops"}


def test_what_was_written_is_read_again_the_same(path: Path) -> None:
    account = AccountSettings(
        provider="finix",
        secret="keyring:",
        base_url="https://finix.sandbox-payments-api.com",
        read_only=True,
        timeout=5.5,
        rate=3.0,
        default_expires="1h",
        longest_expires="2d",
        tags=MappingProxyType({"a b": 'quote " and é'}),
        settings=MappingProxyType({"username": "US1"}),
    )
    write_account(path, "pay", account)
    assert load_settings(path).accounts["pay"] == account


def test_comments_and_other_tables_stay(path: Path) -> None:
    write_account(path, "new", AccountSettings(provider="local"))
    write_default(path, "new")
    text = path.read_text()
    for kept in ("# our own notes", "# easier on the eyes", "# set by direnv", 'theme = "linktui-light"'):
        assert kept in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_changed_account_loses_what_it_no_longer_has(path: Path) -> None:
    write_account(path, "acme", AccountSettings(provider="stripe", secret="keyring:"))
    account = load_settings(path).accounts["acme"]
    assert account == AccountSettings(provider="stripe", secret="keyring:")


def test_a_rename_takes_the_default_along(path: Path) -> None:
    write_default(path, "acme")
    rename_account(path, "acme", "acme-live")
    settings = load_settings(path)
    assert (list(settings.accounts), settings.defaults.account) == (["acme-live"], "acme-live")


def test_a_removal_takes_the_default_along(path: Path) -> None:
    write_default(path, "acme")
    remove_account(path, "acme")
    settings = load_settings(path)
    assert (dict(settings.accounts), settings.defaults.account) == ({}, "")


def test_the_first_account_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "none" / "linktui.toml"
    write_account(path, "one", AccountSettings(provider="local"))
    assert list(load_settings(path).accounts) == ["one"]


def test_a_file_that_cannot_be_written_is_left_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageUnusable, match="No space left"):
        write_default(path, "acme")
    assert path.read_text() == WRITTEN


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("[accounts.a]\nprovider = 3", 2, "accounts.a.provider"),
        ('[accounts.a]\nsecret = "env:X"', 1, "provider"),
        ('[accounts.a]\nprovider = "stripe"\nsecret = "sk_live_1"', 3, "env:NAME"),
        ('[accounts.a]\nprovider = "stripe"\nbase_url = "ftp://x"', 3, "https://"),
        ('[accounts.a]\nprovider = "stripe"\nbase_url = "http://api.example"', 3, "in the clear"),
        ('[accounts.a]\nprovider = "stripe"\n\n# why\ntimeout = 0.0', 5, "more than 0"),
        ('[accounts.a]\nprovider = "stripe"\nrate = -1.0', 3, "0 for the service's own"),
        ('[accounts.a]\nprovider = "stripe"\nfingerprint = "12"', 3, "64 digits"),
        ('[accounts.a]\nprovider = "stripe"\nlongest_expires = "soon"', 3, "longest_expires"),
        ('[accounts.a]\nprovider = "stripe"\nlongest_expires = "never"', 3, "longest_expires"),
        ('[accounts.a]\nprovider = "stripe"\nusername = 4', 3, "in quotes"),
        ("[accounts.a]\nrate = 2", 1, "accounts.a.provider: is missing"),
        ('[accounts.a]\nprovider = "stripe"\nrate = "2"', 3, "accounts.a.rate: has to be a number"),
        ('[accounts.a]\nprovider = "stripe"\ntags = "x"', 3, "accounts.a.tags: has to be a table of texts"),
        (
            '[accounts.a]\nprovider = "stripe"\n[accounts.a.tags]\nx = 1',
            4,
            "accounts.a.tags.x: has to be text",
        ),
        ('[accounts."a b"]\nprovider = "stripe"', 1, "cannot be a name"),
        ("[screen]\nmouse = true\n\n[accounts]\na = 3", 5, "write [accounts.a]"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_line(
    tmp_path: Path, table: str, line: int, words: str
) -> None:
    path = tmp_path / "linktui.toml"
    path.write_text(table)
    with pytest.raises(InvalidInput) as caught:
        load_settings(path)
    assert caught.value.field == f"{path}, line {line},"
    assert words in caught.value.reason
    assert "sk_live" not in caught.value.reason


@pytest.mark.parametrize("key", ["base_url", "upload_url"])
@pytest.mark.parametrize(
    "address",
    [
        "https://me:pw-canary@service.test",
        "https://service.test:port",
        "https://",
        "https://a.test/?k=pw-canary",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_unrepeated(key: str, address: str) -> None:
    given = MappingProxyType({key: address})
    account = AccountSettings(provider="stripe", secret="env:X")
    account = replace(account, base_url=address) if key == "base_url" else replace(account, settings=given)
    with pytest.raises(InvalidInput) as caught:
        check_account("a", account)
    assert caught.value.field == key
    assert "canary" not in str(caught.value)


def test_no_change_is_lost_when_several_processes_write_at_once(path: Path) -> None:
    names = [f"a{number}" for number in range(12)]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        list(processes.map(write_local, [path] * len(names), names))
    assert set(load_settings(path).accounts) == {"acme", *names}


def write_local(path: Path, name: str) -> None:
    """Write an account, as another process does."""
    write_account(path, name, AccountSettings(provider="local"))
