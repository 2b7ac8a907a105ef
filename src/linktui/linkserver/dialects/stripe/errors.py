"""What goes wrong, in Stripe's words.

https://docs.stripe.com/api/errors
"""

from __future__ import annotations

from collections.abc import Mapping

from linktui.linkserver.errors import Refusal


class StripeRefusal(Refusal):
    """An error of Stripe's API; `code` is empty where Stripe has none."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str = "",
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code, message, field=param, headers=headers)
        self.kind = kind

    def body(self) -> dict[str, object]:
        """Return the error as Stripe's JSON."""
        error: dict[str, object] = {"message": self.message, "type": self.kind}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.field is not None:
            error["param"] = self.field
        return {"error": error}


def translated(refusal: Refusal) -> StripeRefusal:
    """Return the store's own refusal as Stripe would say it."""
    if isinstance(refusal, StripeRefusal):
        return refusal
    if refusal.status >= 500:
        return StripeRefusal(refusal.message, status=500, kind="api_error")
    keeps = {401, 403, 404, 408, 409, 410, 412, 416, 429}
    return StripeRefusal(
        refusal.message,
        status=refusal.status if refusal.status in keeps else 400,
        code="resource_missing" if refusal.status == 404 else "",
        param="file" if refusal.status == 413 else refusal.field,
        headers=refusal.headers,
    )


def missing(what: str, object_id: str, *, param: str, status: int = 400) -> StripeRefusal:
    """Return the refusal of an id that is not there: 404 in the path, 400 in a parameter."""
    return StripeRefusal(
        f"No such {what}: '{object_id}'", status=status, code="resource_missing", param=param
    )


def unknown_url(method: str, path: str) -> StripeRefusal:
    """Return the refusal of a path, or a method on one, that the API does not have."""
    return StripeRefusal(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
        status=404,
    )
