"""What can go wrong in the link server, as the answers it gives."""

from __future__ import annotations

from collections.abc import Mapping

from linktui.model.errors import LinktuiError


class Refusal(LinktuiError):
    """A request that is answered with an error; `message` is one sentence for the client."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        links: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = dict(headers or {})
        self.links = links

    def body(self) -> dict[str, object]:
        """Return the error as the API's JSON."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        if self.links is not None:
            error["links"] = list(self.links)
        return {"error": error}


class Disconnected(LinktuiError):
    """The client went away, or was too slow, before its body was complete."""


class Gone(Refusal):
    """A link that gives nothing: expired, exhausted, revoked, deleted or unknown, told apart by nobody."""

    def __init__(self) -> None:
        super().__init__(410, "gone", "This link is not available.")


def invalid(field: str, message: str) -> Refusal:
    """Return the refusal of one field's value."""
    return Refusal(422, "invalid", message, field=field)


def not_found(what: str) -> Refusal:
    """Return the refusal for a thing that is not there."""
    return Refusal(404, "not_found", f"There is no such {what}.")


def too_large(most: int) -> Refusal:
    """Return the refusal of a body above `most` bytes."""
    return Refusal(413, "too_large", f"At most {most} bytes are accepted here.")
