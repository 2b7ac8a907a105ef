"""The credentials in a request, as the services take them."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode

from starlette.requests import Request


def basic(request: Request) -> tuple[str, str] | None:
    """Return the name and password of HTTP Basic (RFC 7617)."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return None
    return name, password


def bearer(request: Request) -> str | None:
    """Return the bearer token (RFC 6750)."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def key(request: Request) -> str | None:
    """Return a key given as bearer token, or as the name of HTTP Basic."""
    pair = basic(request)
    return bearer(request) if pair is None else pair[0]


def same(given: str, secret: str) -> bool:
    """Tell whether the secret was given, in a time that tells nothing else."""
    return hmac.compare_digest(given.encode(), secret.encode())
