"""A service's answer, and the error that an unsuccessful one means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from linktui.model.errors import (
    Conflict,
    NotFound,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.text import clean
from linktui.providers.masking import masked

LONGEST_WAIT = 3600.0
"""Seconds of a Retry-After that are believed at most."""

_ERRORS: dict[int, type[ProviderError]] = {
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    425: Unavailable,
    429: RateLimited,
}


_decode = json.JSONDecoder(strict=False).decode


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer, whole and within bounds; its headers are asked for in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body as JSON, raw control characters in its texts forgiven; raises Unintelligible."""
        from pydantic_core import from_json  # here, because a command that makes no call does without

        with suppress(ValueError):
            return from_json(self.body)
        try:
            return _decode(self.body.decode(json.detect_encoding(self.body), "surrogatepass"))
        except (ValueError, RecursionError) as error:
            raise Unintelligible("not JSON", status=self.status) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an error body says, as the service wrote it."""

    message: str = ""
    code: str = ""
    field: str = ""
    kind: type[ProviderError] | None = None
    """What the code means, where the status does not say it."""


def plain_said(body: Any) -> Said:
    """Read `{"error": {"message", "code", "field"}}`, the embedded server's own form."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Said()
    message, code, field = (str(error.get(name) or "") for name in ("message", "code", "field"))
    return Said(message=message, code=code, field=field)


def error_of(
    answer: Answer,
    *,
    now: datetime,
    said: Callable[[Any], Said] = plain_said,
    request_id: str = "x-request-id",
    secrets: Iterable[str] = (),
) -> ProviderError:
    """Return the error that an unsuccessful answer means, with none of our `secrets` in it.

    `said` reads the service's error body (parsed JSON, or the text of what is none), `request_id` names the
    header that holds the service's own name for the call.
    """
    kind = _ERRORS.get(answer.status) or (Unavailable if answer.status >= 500 else Rejected)
    if 300 <= answer.status < 400:
        kind = Unintelligible
    words = said(_json_or_text(answer.body))
    kind = words.kind or kind
    return kind(
        clean(masked(words.message, secrets), limit=300),
        status=answer.status,
        code=clean(masked(words.code, secrets), limit=60) or None,
        field=clean(masked(words.field, secrets), limit=60) or None,
        request_id=clean(answer.headers.get(request_id, ""), limit=80) or None,
        retry_after=_retry_after(answer.headers.get("retry-after"), now),
    )


def _json_or_text(body: bytes) -> Any:
    try:
        return json.loads(body, strict=False)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Read seconds or a date (RFC 9110 10.2.3); None for nonsense."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value), LONGEST_WAIT)
    until = moment_of(value)
    return None if until is None else min(max(0.0, (until - now).total_seconds()), LONGEST_WAIT)


def moment_of(date: str) -> datetime | None:
    """Return the moment that a header's date names (RFC 9110 5.6.7); None for nonsense."""
    try:
        told = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return told.replace(tzinfo=told.tzinfo or UTC)
