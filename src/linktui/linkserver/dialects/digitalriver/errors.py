"""What goes wrong, in Digital River's words."""

from __future__ import annotations

from linktui.linkserver.errors import Refusal

_TYPES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    410: "not_found",
    429: "too_many_requests",
}


class RiverRefusal(Refusal):
    """An error of Digital River's API; `code` is empty where it gives none."""

    def body(self) -> dict[str, object]:
        """Return the error as Digital River's JSON."""
        told = {"code": self.code, "parameter": self.field, "message": self.message}
        return {
            "type": _TYPES.get(self.status, "internal_server_error" if self.status >= 500 else "bad_request"),
            "errors": [{name: text for name, text in told.items() if text}],
        }


def bad(code: str, parameter: str, message: str) -> RiverRefusal:
    """Return the refusal of one parameter."""
    return RiverRefusal(400, code, message, field=parameter)


def not_found(what: str, object_id: str) -> RiverRefusal:
    """Return the refusal of an id that is not there."""
    return RiverRefusal(404, "not_found", f"{what} '{object_id}' not found.", field="id")


def too_many(wait: int) -> RiverRefusal:
    """Return the refusal of one request too many; `wait` in seconds."""
    return RiverRefusal(429, "", "Too many requests.", headers={"Retry-After": str(wait)})


def translated(refusal: Refusal) -> RiverRefusal:
    """Return the store's own refusal as Digital River would say it."""
    if isinstance(refusal, RiverRefusal):
        return refusal
    if refusal.status == 413:
        return bad("invalid_parameter", "file", refusal.message)
    status = refusal.status if refusal.status in _TYPES else 400 if refusal.status < 500 else 500
    codes = {"bad_form": "invalid_format", "storage_failed": "", "disk_full": ""}
    code = codes.get(refusal.code, refusal.code)
    return RiverRefusal(status, code, refusal.message, field=refusal.field, headers=refusal.headers)
