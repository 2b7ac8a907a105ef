"""A secret is got from where it is kept, and a place that does not give it is named with the reason."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from linktui.config.secrets import (
    anchored,
    check_reference,
    forget_in_keyring,
    has_keyring,
    keep_in_file,
    keep_in_keyring,
    secret_of,
)
from linktui.model.errors import InvalidInput, SecretMissing


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types there
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    ring = Ring()
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.mark.parametrize("reference", ["sk_live_secret", "env:", "file:  ", "command:", "vault:x", ""])
def test_what_is_no_place_is_refused_without_repeating_it(reference: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_reference(reference)
    assert "sk_live" not in str(caught.value)


def test_a_file_is_the_same_one_from_every_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert anchored("file: .key") == f"file:{tmp_path}/.key"
    for lasting in ("file:/etc/key", "file:~/key", "file:", "env:KEY", "command: cat .key", ""):
        assert anchored(lasting) == lasting


def test_a_keyring_that_keeps_nothing_is_none(ring: Ring) -> None:
    assert has_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # as above
    assert not has_keyring()


def test_the_environment_gives_it() -> None:
    assert secret_of("a", "env:KEY", {"KEY": " s3cret\n"}) == "s3cret"
    with pytest.raises(SecretMissing, match="KEY is not set"):
        secret_of("a", "env:KEY", {})


def test_a_file_gives_its_first_line_if_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    keep_in_file(path, "s3cret")
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret_of("a", f"file:{path}") == "s3cret"
    path.chmod(0o640)
    with pytest.raises(SecretMissing, match="chmod 600"):
        secret_of("a", f"file:{path}")


def test_a_file_written_over_is_for_the_owner_alone_again(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    path.chmod(0o644)
    keep_in_file(path, "new")
    assert secret_of("a", f"file:{path}") == "new"


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff")]
)
def test_a_file_that_gives_none_is_said(tmp_path: Path, make: object) -> None:
    path = tmp_path / "key"
    assert callable(make)
    make(path)
    if path.is_file():
        path.chmod(0o600)
    with pytest.raises(SecretMissing):
        secret_of("a", f"file:{path}")


def test_a_command_gives_the_first_line_it_prints() -> None:
    python = f'"{sys.executable}"'
    assert secret_of("a", f"command: {python} -c 'print(\"s3cret\"); print(2)'") == "s3cret"
    with pytest.raises(SecretMissing, match="status 3"):
        secret_of("a", f"command: {python} -c 'raise SystemExit(3)'")
    with pytest.raises(SecretMissing, match="empty"):
        secret_of("a", f"command: {python} -c pass")
    with pytest.raises(SecretMissing, match="no such program"):
        secret_of("a", "command: no-such-program-here")
    with pytest.raises(SecretMissing):
        secret_of("a", "command: 'unbalanced")


def test_a_command_is_no_shell(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing):
        secret_of("a", f"command: true; touch {tmp_path}/made")
    assert not (tmp_path / "made").exists()


def test_the_keyring_keeps_it_under_the_accounts_name(ring: Ring) -> None:
    keep_in_keyring("acme", "s3cret")
    assert ring.kept == {("linktui", "acme"): "s3cret"}
    assert secret_of("acme", "keyring:") == "s3cret"
    forget_in_keyring("acme")
    with pytest.raises(SecretMissing, match="holds none"):
        secret_of("acme", "keyring:")


def test_a_machine_without_a_keyring_says_so() -> None:
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # keyring has no types there
    try:
        with pytest.raises(SecretMissing, match="no keyring that works"):
            secret_of("acme", "keyring:")
        with pytest.raises(SecretMissing, match="no keyring that works"):
            keep_in_keyring("acme", "s3cret")
        forget_in_keyring("acme")
    finally:
        keyring.set_keyring(before)
