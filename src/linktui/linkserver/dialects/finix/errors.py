"""What goes wrong, in Finix's words: an envelope of one or several errors."""

from __future__ import annotations

import uuid

from linktui.linkserver.errors import Refusal

_CODES = {
    400: "BAD_REQUEST",
    401: "UNKNOWN",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    422: "INVALID_FIELD",
    429: "TOO_MANY_REQUESTS",
}


class FinixRefusal(Refusal):
    """An error of Finix's API; `messages` has one for each thing that is wrong."""

    def __init__(self, status: int, *messages: str, field: str = "") -> None:
        super().__init__(status, _CODES.get(status, "SERVER_ERROR"), messages[0], field=field or None)
        self.messages = messages

    def envelope(self, url: str) -> dict[str, object]:
        """Return the error as Finix's JSON; `url` is what was asked for."""
        errors = []
        for message in self.messages:
            error: dict[str, object] = {
                "code": self.code,
                "logref": uuid.uuid4().hex[:16],
                "message": message,
                "_links": {"self": {"href": url}},
            }
            errors.append(error | ({"field": self.field} if self.field else {}))
        return {"total": len(errors), "_embedded": {"errors": errors}}


def translated(refusal: Refusal) -> FinixRefusal:
    """Return the store's own refusal as Finix would say it."""
    if isinstance(refusal, FinixRefusal):
        return refusal
    status = refusal.status if refusal.status in _CODES else 400 if refusal.status < 500 else 500
    return FinixRefusal(status, refusal.message)


def s3_error(code: str, message: str) -> str:
    """Return an error of the object store that the links lead to, which speaks XML, not Finix's JSON."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{uuid.uuid4().hex[:16].upper()}"
        "</RequestId></Error>"
    )
