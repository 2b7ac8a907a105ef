"""Stripe's ids and keys: random, with the account's own characters inside."""

from __future__ import annotations

from linktui.linkserver.dialects.base import random_text

_KEY = "sk_test_51"
_TAIL = 10


def new_key() -> str:
    """Return a fresh secret key of test mode."""
    return _KEY + random_text(97)


def account_of(key: str) -> str:
    """Return the account that a secret key names."""
    return f"acct_1{key.removeprefix(_KEY)[:15]}"


def new_id(prefix: str, account: str) -> str:
    """Return a fresh id, such as `link_1Mr23jLkdIwHu7ix65betcoo`."""
    return f"{prefix}_1{random_text(5)}{account.removeprefix('acct_')[-_TAIL:]}{random_text(8)}"
