"""The bodies of LiquidFiles' API; like the service, they overlook what they do not know."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from linktui.linkserver.bodies import Caption
from linktui.linkserver.dialects.faults import fault_of
from linktui.linkserver.dialects.liquidfiles.errors import invalid
from linktui.linkserver.limits import MAX_FILES, MAX_PASSWORD

M = TypeVar("M", bound=BaseModel)

MAX_HTML = 16 * 1024
"""Characters; cleaning deeply nested HTML takes the square of its length."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RECIPIENT = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+\.[^@\s]+")
"""An address, or the domain of many."""


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{message}", {"message": message})


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise _wrong("must be a date such as 2026-01-31")
    return value


def _ids(value: Any) -> Any:
    ids = [value] if isinstance(value, str) else value
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise _wrong("must be a string or an array of strings")
    if len(set(ids)) < len(ids):
        raise _wrong("holds a file twice")
    return value


def _password(value: str) -> str:
    if len(value.encode(errors="replace")) > MAX_PASSWORD:
        raise _wrong(f"has at most {MAX_PASSWORD} bytes")
    return value


def _recipients(value: str) -> str:
    for entry in recipients_in(value):
        if not _RECIPIENT.fullmatch(entry):
            raise _wrong("has entries that are neither an email address nor a domain")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Id = Annotated[str, Field(max_length=100)]
Ids = Annotated[str | list[str], BeforeValidator(_ids)]
Password = Annotated[str, AfterValidator(_password)]
Html = Annotated[str, Field(max_length=MAX_HTML)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class NewLink(_Shape):
    """A new link."""

    attachment: Ids = ""
    """A list only since 4.3."""
    expires_at: Day | None = None
    password: Password | None = None
    require_authentication: bool | None = None
    send_download_confirmation: bool | None = None
    download_receipt: bool | None = None
    """The name of the same before 4.3."""


class Wrapped(_Shape):
    """The body that asks for a new link."""

    link: NewLink


class Added(_Shape):
    """A file to add to a link."""

    secure_id: Id


class Order(_Shape):
    """All files of a link in their new order."""

    ordered_secure_ids: Annotated[list[Id], Field(max_length=10 * MAX_FILES)]


class Captioned(_Shape):
    """What stands below a file; empty for nothing."""

    caption: Caption | None


class Expiry(_Shape):
    """The last day of a link."""

    expires_at: Day


class NewPassword(_Shape):
    """A password; empty takes it away."""

    password: Password | None


class Slug(_Shape):
    """An address of one's own; empty takes it away."""

    slug_input: Annotated[str, Field(max_length=200)] | None


class Authentication(_Shape):
    """Whether whoever opens the link has to prove who they are."""

    require_authentication: bool


class Receipts(_Shape):
    """Whether each download is told by mail."""

    send_download_confirmation: bool


class Display(_Shape):
    """How the page shows the files."""

    display_mode: Literal["icons", "inline", "gallery"]


class Downloads(_Shape):
    """Whether the files may be kept, or only looked at."""

    allow_download: bool


class DirectLinks(_Shape):
    """Whether each file has an address of its own."""

    allow_direct_links: bool


class Recipients(_Shape):
    """Who may open the link, once they have proved who they are: addresses and domains."""

    recipient_limitations: Annotated[str, Field(max_length=20_000), AfterValidator(_recipients)]


class Header(_Shape):
    """HTML above the files."""

    header_html: Html | None


class Footer(_Shape):
    """HTML below the files."""

    footer_html: Html | None


class Credentials(_Shape):
    """An address and its password."""

    email: Annotated[str, Field(max_length=500)]
    password: Annotated[str, Field(max_length=MAX_PASSWORD)]


class Login(_Shape):
    """The body that asks for a key."""

    user: Credentials


def recipients_in(text: str) -> list[str]:
    """Return the entries of a text that has them on lines or between commas."""
    return [entry for entry in re.split(r"[\s,;]+", text) if entry]


def read(shape: type[M], body: bytes) -> M:
    """Return the body, raw control characters in its texts allowed; raises a 422 Refusal."""
    try:
        told = json.loads(body, strict=False)
        json.dumps(told, ensure_ascii=False).encode()  # half a surrogate pair is no text, and cannot be kept
        return shape.model_validate(told)
    except ValidationError as error:
        fault = fault_of(error)
        raise invalid(f"{fault.name or 'The body'}: {fault.message}") from None
    except (ValueError, RecursionError):
        raise invalid("The body is not JSON") from None
