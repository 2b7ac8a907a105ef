"""The kind is known without what it costs, and says what an account there needs."""

from __future__ import annotations

import subprocess
import sys
from importlib import util

import pytest

from linktui.config.account import AccountSettings
from linktui.model.errors import InvalidInput
from linktui.model.identity import Identity
from linktui.providers.registry import kind_of
from linktui.services.account_book import account_of
from tests.providers.s3.conftest import Machines

URL = "https://store.test"


def test_knowing_the_kind_imports_no_botocore() -> None:
    code = (
        "import sys; from linktui.providers.registry import kind_of; kind_of('s3');"
        "import linktui.providers.s3.provider; print('botocore' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_without_botocore_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    with pytest.raises(InvalidInput, match=r"pip install 'linktui\[s3\]'"):
        Machines(None).open()


def test_an_account_needs_no_bucket_and_no_secret() -> None:
    kind = kind_of("s3")
    settings = AccountSettings(provider="s3", settings={"bucket": "files"})
    account = account_of("team", settings, kind=kind, identity=Identity())
    assert (account.connection.secret, account.connection.base_url) == ("", kind.base_url)
    of_all = account_of("all", AccountSettings(provider="s3"), kind=kind, identity=Identity())
    assert of_all.limits.file_options[0].required
    with pytest.raises(InvalidInput, match="secret"):
        account_of("a", AccountSettings(provider="stripe"), kind=kind_of("stripe"), identity=Identity())


@pytest.mark.parametrize("settings", [{"prefix": "team/"}, {"links_at": "https://links.example.org"}])
def test_what_is_of_one_bucket_is_refused_where_none_is_named(settings: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="bucket"):
        kind_of("s3").limits_of(settings)
