"""The parameters of Stripe's API, as shapes that refuse what they do not know.

https://docs.stripe.com/api/files and https://docs.stripe.com/api/file_links
"""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from linktui.linkserver.dialects.faults import Fault, fault_of
from linktui.linkserver.dialects.forms import listed
from linktui.linkserver.dialects.stripe.errors import StripeRefusal
from linktui.linkserver.times import LAST_MS

M = TypeVar("M", bound=BaseModel)

MAX_TEXT = 5000
MAX_PAGE = 100
DEFAULT_PAGE = 10
MAX_PAIRS = 50
MAX_KEY = 40
MAX_VALUE = 500
_UNCODED = "uncoded"
_INTEGER = re.compile(r"-?[0-9]{1,15}")


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError(_UNCODED, "Invalid string")
    if value == "":
        raise PydanticCustomError(
            "parameter_invalid_empty",
            "You passed an empty string. We assume empty values are an attempt to unset a parameter; "
            "however this one cannot be unset. You should remove it or supply a non-empty value.",
        )
    if len(value) > MAX_TEXT:
        raise PydanticCustomError(
            _UNCODED, "Invalid string: must be at most {most} characters", {"most": MAX_TEXT}
        )
    return value


def _integer(value: Any) -> Any:
    if not isinstance(value, str) or not _INTEGER.fullmatch(value):
        raise PydanticCustomError(
            "parameter_invalid_integer", "Invalid integer: {value}", {"value": str(value)[:100]}
        )
    return int(value)


def _moment(value: Any) -> Any:
    seconds = _integer(value)
    if not 0 <= seconds <= LAST_MS // 1000:
        raise PydanticCustomError(
            "parameter_invalid_integer", "Invalid timestamp: must be an integer Unix timestamp"
        )
    return seconds


def _limit(value: Any) -> Any:
    number = _integer(value)
    for wrong, word, bound in ((number < 1, "greater", 1), (number > MAX_PAGE, "less", MAX_PAGE)):
        if wrong:
            raise PydanticCustomError(
                "parameter_invalid_integer",
                "This value must be {word} than or equal to {bound} (it currently is '{number}').",
                {"word": word, "bound": bound, "number": number},
            )
    return number


def _boolean(value: Any) -> Any:
    if value not in {"true", "false"}:
        raise PydanticCustomError(_UNCODED, "Invalid boolean: {value}", {"value": str(value)[:100]})
    return value == "true"


def _expiry(value: Any) -> Any:
    return value if value in {"", "now"} else _moment(value)


def _metadata(value: Any) -> Any:
    if value == "":
        return None
    if not isinstance(value, dict) or not all(isinstance(pair, str) for pair in value.values()):
        raise PydanticCustomError(_UNCODED, "Invalid hash")
    for key, text in value.items():
        if not key or len(key) > MAX_KEY or "[" in key or "]" in key:
            raise PydanticCustomError(
                _UNCODED, "Metadata keys have 1 to {most} characters, without brackets.", {"most": MAX_KEY}
            )
        if len(text) > MAX_VALUE:
            raise PydanticCustomError(
                _UNCODED, "Metadata values can have up to {most} characters.", {"most": MAX_VALUE}
            )
    if sum(text != "" for text in value.values()) > MAX_PAIRS:
        raise PydanticCustomError(_UNCODED, "Metadata can have up to {most} keys.", {"most": MAX_PAIRS})
    return value


def _expand(value: Any) -> Any:
    value = listed(value)
    if not isinstance(value, list) or not all(isinstance(path, str) for path in value):
        raise PydanticCustomError(_UNCODED, "Invalid array")
    return frozenset(value)


def _range(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    exactly = _moment(value)
    return Range.model_construct(gte=exactly, lte=exactly)


Text = Annotated[str, BeforeValidator(_text)]
Moment = Annotated[int, BeforeValidator(_moment)]
"""Seconds since 1970 UTC."""
Limit = Annotated[int, BeforeValidator(_limit)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
Metadata = Annotated[dict[str, str] | None, BeforeValidator(_metadata)]
"""None unsets every key; an empty value unsets one."""
Expand = Annotated[frozenset[str], BeforeValidator(_expand)]


class Params(BaseModel):
    """What every call takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expand: Expand = frozenset()


class Range(BaseModel):
    """Bounds on a moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gt: Moment | None = None
    gte: Moment | None = None
    lt: Moment | None = None
    lte: Moment | None = None


class Listing(Params):
    """What every list takes."""

    created: Annotated[Range, BeforeValidator(_range)] = Range()
    limit: Limit = DEFAULT_PAGE
    starting_after: Text | None = None
    ending_before: Text | None = None


class FileListing(Listing):
    """A list of files."""

    purpose: Text | None = None


class LinkListing(Listing):
    """A list of links."""

    file: Text | None = None
    expired: Boolean | None = None


class LinkData(BaseModel):
    """A link to make along with a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    create: Boolean
    expires_at: Moment | None = None
    metadata: Metadata = None


class FileCreate(Params):
    """The fields of an upload, beside the file itself."""

    purpose: Text
    file_link_data: LinkData | None = None


class LinkCreate(Params):
    """A new link."""

    file: Text
    expires_at: Moment | None = None
    metadata: Metadata = None


class LinkUpdate(Params):
    """Changes to a link: only what is named changes."""

    expires_at: Annotated[int | str | None, BeforeValidator(_expiry)] = None
    """Seconds since 1970 UTC, `now`, or empty for never."""
    metadata: Metadata = None


def read(shape: type[M], fields: dict[str, Any]) -> M:
    """Return the parameters; raises a StripeRefusal that names the one at fault."""
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        raise _refusal(fault_of(error)) from None


def _refusal(fault: Fault) -> StripeRefusal:
    param = fault.name
    match fault.kind:
        case "missing":
            return StripeRefusal(f"Missing required param: {param}.", code="parameter_missing", param=param)
        case "extra_forbidden":
            return StripeRefusal(
                f"Received unknown parameter: {param}", code="parameter_unknown", param=param
            )
        case "model_type" | "model_attributes_type":
            return StripeRefusal("Invalid hash", param=param)
        case kind:
            return StripeRefusal(fault.message, code="" if kind == _UNCODED else kind, param=param)
