"""Take our own secrets out of what a service says: some repeat the key that they refuse."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping

SHORTEST = 6
"""Characters of what is taken for a secret: to mask every “x” of a sentence would help nobody."""


def secrets_in(proof: Mapping[str, str]) -> frozenset[str]:
    """Return the secrets in the headers that prove who we are, as they stand there and unpacked."""
    found: set[str] = set()
    for value in proof.values():
        scheme, _, rest = value.rpartition(" ")
        found.add(rest)
        if scheme.lower() == "basic":
            found |= _unpacked(rest)
    return frozenset(secret for secret in found if len(secret) >= SHORTEST)


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return a text without any of the secrets, the longest taken out first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def _unpacked(credentials: str) -> set[str]:
    """Return the two halves of HTTP Basic credentials: with some services the key is the first."""
    try:
        return set(b64decode(credentials).decode().split(":", 1))
    except ValueError:
        return set()
