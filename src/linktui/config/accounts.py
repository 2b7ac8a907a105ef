"""The accounts in the configuration file: read to open them, and written by the commands and forms.

tomlkit keeps what a person wrote around the tables: comments, order, blank lines.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from linktui.config.account import AccountSettings
from linktui.config.document import changing
from linktui.config.secrets import check_reference
from linktui.model.errors import InvalidInput
from linktui.model.expiry import parse_duration

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}")


def check_name(name: str) -> None:
    """Raise InvalidInput for a name that no account can have."""
    if not NAME.fullmatch(name):
        raise InvalidInput("account", f"“{name}” cannot be a name: use letters, digits, . _ - (at most 40)")


def check_account(name: str, account: AccountSettings) -> None:
    """Raise InvalidInput, naming the key, for what a type alone cannot say."""
    check_name(name)
    if account.secret:
        check_reference(account.secret)
    _check_addresses(account)
    if account.timeout <= 0:
        raise InvalidInput("timeout", "has to be more than 0 seconds")
    if account.rate < 0:
        raise InvalidInput("rate", "has to be calls a second, or 0 for the service's own")
    if account.fingerprint and not FINGERPRINT.fullmatch(account.fingerprint):
        raise InvalidInput("fingerprint", "has to be a SHA-256 in hex: 64 digits, with or without colons")
    if account.fingerprint and account.proxy:
        raise InvalidInput("fingerprint", "cannot be checked through a proxy; use ca_file")
    for key in ("default_expires", "longest_expires"):
        phrase = getattr(account, key)
        if phrase and (phrase, key) != ("never", "default_expires"):
            try:
                parse_duration(phrase)
            except InvalidInput as error:
                raise InvalidInput(key, error.reason) from error


def _check_addresses(account: AccountSettings) -> None:
    addresses = {"base_url": account.base_url} if account.base_url else {}
    addresses |= {key: value for key, value in account.settings.items() if key.endswith("_url")}
    for key, address in addresses.items():
        _check_address(key, address)


def _check_address(key: str, address: str) -> None:
    """Raise InvalidInput, naming `key`, for what is no service's address; it is not repeated."""
    if not address.startswith(("http://", "https://")):
        raise InvalidInput(key, "has to begin with https:// (or http:// for a server on this machine)")
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for what is none
    except ValueError as error:
        raise InvalidInput(key, "is no address") from error
    if not parts.hostname or not address.isprintable():
        raise InvalidInput(key, "is no address")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise InvalidInput(key, "sends the secret in the clear; use https:// (http:// only on this machine)")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidInput(key, "holds a user, a query or a fragment; give the host and a path alone")


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine (RFC 6761 6.3, RFC 1122 3.2.1.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def write_account(path: Path, name: str, account: AccountSettings) -> None:
    """Write one account's table, in place of the one that is there; raises StorageUnusable."""
    import tomlkit

    check_name(name)
    with changing(path) as document:
        tables = document.setdefault("accounts", tomlkit.table(is_super_table=True))
        table = tables.get(name) or tomlkit.table()
        wanted = _as_table(account)
        for key in [key for key in table if key not in wanted]:
            del table[key]
        for key, value in wanted.items():
            table[key] = value
        tables[name] = table


def rename_account(path: Path, old: str, new: str) -> None:
    """Give an account's table another name, and the default its new one."""
    check_name(new)
    with changing(path) as document:
        tables = document["accounts"]
        tables[new] = tables[old]
        del tables[old]
        if document.get("defaults", {}).get("account") == old:
            document["defaults"]["account"] = new


def remove_account(path: Path, name: str) -> None:
    """Take an account's table out, and the default with it if it was this one."""
    with changing(path) as document:
        del document["accounts"][name]
        if document.get("defaults", {}).get("account") == name:
            del document["defaults"]["account"]


def write_default(path: Path, name: str) -> None:
    """Make an account the one that new links go to."""
    import tomlkit

    with changing(path) as document:
        document.setdefault("defaults", tomlkit.table())["account"] = name


def _as_table(account: AccountSettings) -> dict[str, object]:
    standard = AccountSettings(provider="")
    table: dict[str, object] = {}
    for key in AccountSettings.__slots__:
        value = getattr(account, key)
        if key == "settings":
            table |= dict(value)
        elif value != getattr(standard, key):
            table[key] = dict(value) if key == "tags" else value
    return table
