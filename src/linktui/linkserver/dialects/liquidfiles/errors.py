"""What goes wrong, in LiquidFiles' words: a list of sentences.

Their wording is documented nowhere; 422 stands for what is not valid and for what is not allowed.
"""

from __future__ import annotations

from linktui.linkserver.errors import Refusal

_STATUSES = {405: 404, 410: 404}
"""What the service has no status of its own for."""


def invalid(message: str) -> Refusal:
    """Return the refusal of something that is not valid, or not allowed."""
    return Refusal(422, "unprocessable", message)


def not_found(what: str) -> Refusal:
    """Return the refusal of an id that is not there."""
    return Refusal(404, "not_found", f"{what} not found")


def unauthorized() -> Refusal:
    """Return the refusal of a key."""
    headers = {"WWW-Authenticate": 'Basic realm="LiquidFiles"'}
    return Refusal(401, "unauthorized", "Invalid API key", headers=headers)


def status_of(refusal: Refusal) -> int:
    """Return the status with which the service's API would answer."""
    if refusal.status >= 500:
        return 500
    return refusal.status if refusal.status in {401, 404, 408} else _STATUSES.get(refusal.status, 422)
