"""The last word of a link's address: a random one, or one that somebody chose."""

from __future__ import annotations

import re
import secrets

from linktui.model.errors import InvalidInput

CHOSEN = r"^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$"
RESERVED = frozenset(
    {"api", "assets", "download", "files", "health", "new", "tus", "unlock", "upload", "view", "zip"}
)
_FIRST = "abcdefghijkmnpqrstuvwxyz23456789"
_ID = re.compile(r"[fl]_[A-Za-z0-9_-]{22}")
_RANDOM = re.compile(rf"[{_FIRST}][A-Za-z0-9_-]{{21}}[AQgw]")  # the last sign holds two bits of 128


def new_slug() -> str:
    """Return a random address of more than 128 bits that begins with a letter or digit."""
    return secrets.choice(_FIRST) + secrets.token_urlsafe(16)


def check_slug(slug: str) -> None:
    """Raise InvalidInput for a word that cannot be an address."""
    if not re.fullmatch(CHOSEN, slug):
        raise InvalidInput(
            "address", "has 3 to 64 letters, digits, - and _, and begins with a letter or digit"
        )
    if reason := why_not(slug):
        raise InvalidInput("address", f"“{slug}” {reason}; choose another word")


def why_not(slug: str) -> str:
    """Return why a word that matches CHOSEN cannot be an address, or an empty text if it can."""
    if slug.lower() in RESERVED:
        return "is a reserved word"
    return "looks like an id" if _ID.fullmatch(slug) else ""


def can_be_guessed(slug: str) -> bool:
    """Tell whether somebody may have chosen this address, and somebody else may think of it."""
    return bool(re.fullmatch(CHOSEN, slug)) and not why_not(slug) and not _RANDOM.fullmatch(slug)
