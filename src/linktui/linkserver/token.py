"""The server's secrets: random, made on first use, each in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def load_or_create_token(directory: Path) -> str:
    """Return the owner's bearer token for the server that keeps its things in `directory`."""
    return load_or_create(directory / "token")


def new_token() -> str:
    """Return a fresh token of 256 bits."""
    return secrets.token_urlsafe(32)


def load_or_create(path: Path, *, make: Callable[[], str] = new_token) -> str:
    """Return the secret in the file, made now if there is none; one line of ASCII."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, encoding="ascii") as file:
            if secret := file.read().strip():
                return secret
    except FileNotFoundError:
        pass
    return _create(path, make())


def _create(path: Path, secret: str) -> str:
    # Written beside and renamed: a reader finds the whole secret or none.
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return secret
