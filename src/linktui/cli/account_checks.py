"""What `doctor` looks at in each account: whether its table can be used, and its secret be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linktui.cli.checks import FAIL, OK, Finding
from linktui.config.account import AccountSettings
from linktui.config.loading import load_settings
from linktui.config.locations import Locations
from linktui.config.secrets import secret_of
from linktui.model.errors import LinktuiError
from linktui.model.identity import Identity
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.providers.registry import kind_of
from linktui.services.account_book import account_of


def check_accounts(locations: Locations, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at each account of the configuration; no finding holds a secret.

    A keyring is asked and a command is run, as for a call to the service.
    """
    try:
        accounts = load_settings(locations.settings_file).accounts
    except LinktuiError:
        return  # which is a finding already
    for name, settings in accounts.items():
        trouble = _trouble(name, settings, environment)
        if trouble:
            yield Finding(f"account {name}", FAIL, trouble)
        elif settings.secret:
            yield Finding(f"account {name}", OK, f"its secret is there ({clean(settings.secret)}).")


def _trouble(name: str, settings: AccountSettings, environment: Mapping[str, str]) -> str:
    """Return what keeps an account from being used; an empty text where nothing here does."""
    try:
        account_of(name, settings, kind=kind_of(settings.provider), identity=Identity())
        if settings.secret:
            secret_of(name, settings.secret, environment)
    except LinktuiError as error:
        return clean(explain(error))
    return ""
