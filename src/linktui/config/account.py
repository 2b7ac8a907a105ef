"""What the configuration file says of one account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """One table [accounts.NAME]: keys that are not among these belong to the provider."""

    provider: str
    """stripe, finix, digitalriver, liquidfiles, local, or the name of an entry point."""
    secret: str = ""
    """Where the secret is kept: env:NAME, keyring:, command: PROGRAM, or file:PATH."""
    base_url: str = ""
    """The service's address; empty is the service's own."""
    read_only: bool = False
    """Refuse every write."""
    proxy: str = field(default="", repr=False)  # it may hold a password
    """An http:// or socks5:// proxy."""
    ca_file: str = ""
    """PEM certificates to trust besides the system's."""
    fingerprint: str = ""
    """SHA-256 of the one certificate to trust, in hex."""
    verify: bool = True
    """False trusts any certificate, and says so on every screen."""
    timeout: float = 30.0
    """Seconds without a byte after which a call is given up."""
    rate: float = 0.0
    """Calls a second; 0 is the service's documented rate."""
    default_expires: str = ""
    """What a new link gets unless told otherwise, such as 7d."""
    longest_expires: str = ""
    """The longest life a new link may have, such as 30d."""
    tags: Mapping[str, str] = field(default_factory=_nothing)
    """Metadata that every new link gets."""
    settings: Mapping[str, str] = field(default_factory=_nothing)
    """What else the provider wants to know, by key."""
